/**
 * Completion scripts for shells: what the library makes of the commands, with the names of this package put in – algorithms, families, theorems, sections, choices – and files where a file
 * stands.
 */
import * as Completions from "effect/cli/Completions"
import { algorithms } from "../algorithm/registry.ts"
import { families } from "../model/families.ts"
import { theorems } from "../theorem/registry.ts"
import { choicesOf } from "./options.ts"

type Descriptor = Completions.CommandDescriptor

const familyNames = families.map(({ name }) => name)

/** What an option or argument of this name takes; `orFile`: or a path. */
const NAMES: Readonly<Record<string, { readonly values: ReadonlyArray<string>; readonly orFile?: true }>> = {
  algorithm: { values: algorithms.map(({ name }) => name), orFile: true },
  instance: { values: [...familyNames, "all"], orFile: true },
  spec: { values: familyNames, orFile: true },
  family: { values: familyNames },
  theorem: { values: [...theorems.map(({ id }) => id), "oracle", "policy"] },
  parameters: { values: ["theory", "practical"], orFile: true },
  "PLAN.json|worker|status|results": { values: ["worker", "status", "results"], orFile: true }
}

/** Arguments and options that take a path. */
const PATHS = new Set("run file dir a b out baseline journal prompts checks module samples store".split(" "))

/** One of a command's options or arguments, with what it takes. */
const named = <D extends Completions.FlagDescriptor | Completions.ArgumentDescriptor>(one: D): D => {
  if (one.type._tag !== "String") return one
  const values = choicesOf(one.name, one.description ?? "") ?? NAMES[one.name]?.values
  if (values !== undefined) return { ...one, type: { _tag: "Choice", values } }
  return PATHS.has(one.name) ? { ...one, type: { _tag: "Path", pathType: "either" } } : one
}

const withNames = (command: Descriptor): Descriptor => ({
  ...command,
  flags: command.flags.map(named),
  arguments: command.arguments.map(named),
  subcommands: command.subcommands.map(withNames)
})

/** Where a name may stand, a path may too: the library has only one or the other. */
const orFiles: Readonly<Record<Completions.Shell, (script: string, command: Descriptor) => string>> = {
  // Files where nothing of ours fits what is typed.
  bash: (script) => script.replace(/^complete -F/m, "complete -o default -F"),
  zsh: (script) =>
    Object.values(NAMES)
      .filter(({ orFile }) => orFile)
      .reduce(
        (text, { values }, i) =>
          text
            .replaceAll(`:(${values.join(" ")})'`, `:_coverbound_names_${i}'`)
            .replace(
              /^_coverbound\(\)/m,
              `_coverbound_names_${i}() { _alternative "names:name:(${values.join(" ")})" "files:file:_files" }\n\n_coverbound()`
            ),
        script
      ),
  fish: (script, { subcommands }) => {
    const mixed = subcommands.filter((one) => one.arguments.some(({ name }) => NAMES[name]?.orFile))
    return [
      Object.values(NAMES)
        .filter(({ orFile }) => orFile)
        .reduce(
          (text, { values }) => text.replaceAll(`-r -f -a '${values.join(" ")}'`, `-r -F -a '${values.join(" ")}'`),
          script
        ),
      ...mixed.map(({ name }) => `complete -c coverbound -n '__fish_seen_subcommand_from ${name}' -F`)
    ].join("\n")
  },
  powershell: (script) => script
}

/** The script that `--completions` prints. */
export const completionScript = (
  shell: Completions.Shell,
  command: Parameters<typeof Completions.fromCommand>[0]
): string => {
  const described = withNames(Completions.fromCommand(command))
  return orFiles[shell](Completions.generate(command.name, shell, described), described)
}
