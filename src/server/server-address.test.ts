import { expect, it } from "vitest"
import { baseOf, keyOf } from "./server-address.ts"
import { errorIn, notJson, Refused, refused, unavailable } from "./transport.ts"

it("a key is read without the space around it, which headers drop, and a blank one is none", () => {
  expect(keyOf({ COVERBOUND_API_KEY: "sk-a\n", OPENAI_API_KEY: "sk-b" })).toBe("sk-a")
  expect(keyOf({ COVERBOUND_API_KEY: " \n", OPENAI_API_KEY: "sk-b\r\n" })).toBe("sk-b")
  expect(keyOf({ COVERBOUND_API_KEY: "", OPENAI_API_KEY: " " })).toBeUndefined()
  expect(keyOf({})).toBeUndefined()
})

it("an address is without /v1 and a slash at its end, and is none with a user, a query or another scheme", () => {
  for (const path of ["", "/", "/v1", "/v1/", "/v1//"])
    expect(baseOf(`http://host:8000${path}`)).toBe("http://host:8000")
  expect(baseOf("https://host/api/v1")).toBe("https://host/api")
  for (const none of [
    "host:8000",
    "ftp://host",
    "http://u@host",
    "http://u:p@host",
    "http://host?k=1",
    "http://host#k",
    ""
  ])
    expect(baseOf(none)).toBeUndefined()
})

it("nothing that is said of a server repeats the key", () => {
  const address = { base: "http://host", timeout: 1, key: "sk-secret" }
  const said = "x".repeat(30) + "sk-secret is no key"
  for (const line of [
    unavailable(address, said).message,
    refused(address, "the request", new Refused(401, said)).message,
    notJson(address, said),
    errorIn(address, { error: { message: said } })
  ]) {
    expect(line).toContain("…")
    expect(line).not.toMatch(/sk-|secret/)
  }
})
