/** The address of a server, without a path of its own, a user or a query; undefined where a text is none. */
export const baseOf = (server: string): string | undefined => {
  if (!URL.canParse(server)) return undefined
  const url = new URL(server)
  const plain = url.username === "" && url.password === "" && url.search === "" && url.hash === ""
  if (!plain || (url.protocol !== "http:" && url.protocol !== "https:")) return undefined
  return `${url.origin}${url.pathname.replace(/\/+$/, "").replace(/\/v1$/, "")}`
}

/** The key that is sent: from the environment, never from a command line, which others may read. */
export const keyOf = (env: NodeJS.ProcessEnv): string | undefined => {
  // Secrets read from files end in a line's end. A header drops it, so a server repeats the key without it, and the longer text would not be found.
  const [own, general] = [env["COVERBOUND_API_KEY"]?.trim(), env["OPENAI_API_KEY"]?.trim()]
  return own || general || undefined
}
