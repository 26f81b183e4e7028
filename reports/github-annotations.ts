/** Verifications as GitHub Actions workflow commands: refuted checks are errors, undecided ones warnings, and one notice sums up. */
import { tally, type Verification } from "../src/verify/verify.ts"
import { tallyByNature } from "../src/theorem/theorem.ts"
import { real } from "./number-format.ts"

const data = (text: string): string => text.replaceAll("%", "%25").replaceAll("\r", "%0D").replaceAll("\n", "%0A")
const property = (text: string): string => data(text).replaceAll(":", "%3A").replaceAll(",", "%2C")

const command = (kind: "error" | "warning" | "notice", title: string, message: string): string =>
  `::${kind} title=${property(title)}::${data(message)}`

/** One line an annotation. */
export const githubAnnotations = (verifications: ReadonlyArray<Verification>): string =>
  verifications
    .flatMap((verification) => {
      const { candidate, level, results } = verification
      const refuted = tally(verification).refuted
      return [
        ...results
          .filter((r) => r.verdict === "refuted")
          .map((r) =>
            command(
              "error",
              `${candidate}: ${r.id} refuted`,
              [r.title, r.note, ...(r.saved === undefined ? [] : [`replay: ${r.saved.command}`])].join("\n")
            )
          ),
        ...results
          .filter((r) => r.verdict === "undecided")
          .map((r) => command("warning", `${candidate}: ${r.id} undecided`, r.note)),
        command(
          "notice",
          `coverbound verify ${candidate}`,
          `${tallyByNature(results)}${refuted === 0 ? "; none refuted" : ""}; false alarms at most ${real(level)} in all`
        )
      ]
    })
    .map((line) => `${line}\n`)
    .join("")
