/** `coverbound instance SPEC`: an instance as data, with its exact quantities, on stdout. */
import * as Argument from "effect/cli/Argument"
import * as Command from "effect/cli/Command"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"

export const instanceCommand = Command.make(
  "instance",
  {
    spec: Argument.String("spec").pipe(
      Argument.withDescription(
        "arithmetic:checkpoint=1M, corpus, rare-good:C=1e6,d=4, needle:N=1e4,d=8, random, dnf-prompts, or a path to an instance as JSON"
      ),
      Argument.optional
    )
  },
  Effect.fnUntraced(function* ({ spec }) {
    const { writeInstance } = yield* Effect.promise(() => import("./write-instance.ts"))
    yield* writeInstance(Option.getOrUndefined(spec))
  })
).pipe(
  Command.withDescription("Write an instance as JSON, with C_cov, J*, J(π_ref), log Z and the optimal policy"),
  Command.withExamples([
    {
      command: "coverbound instance rare-good:C=1e6,d=4 > rare.json",
      description: "Then: audit … --instance rare.json"
    }
  ])
)
