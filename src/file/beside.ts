/** Modules that are started by name: threads and processes of this package's. */
const ENDING = import.meta.url.endsWith(".ts") ? ".ts" : ".js"

/** A module that lies beside another, in the form that both are there in. @param name without its ending @param url of the one that asks */
export const beside = (name: string, url: string): URL => new URL(`./${name}${ENDING}`, url)
