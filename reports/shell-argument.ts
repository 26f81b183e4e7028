/** Calls of the command as a shell takes them. */

/** An argument. */
export const quoted = (text: string): string =>
  /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`

/** Options by name; true: a switch. What is undefined or false is left out. */
type Options = Readonly<Record<string, string | number | bigint | boolean | undefined>>

/** @param call the command and its arguments, quoted where they must be */
export const callOf = (call: string, options: Options): string =>
  [
    `coverbound ${call}`,
    ...Object.entries(options).flatMap(([name, value]) =>
      value === undefined || value === false ? [] : [value === true ? `--${name}` : `--${name} ${quoted(`${value}`)}`]
    )
  ].join(" ")
