import { expect, it } from "vitest"
import { keyOf } from "./server-address.ts"

it("a key is read without the space around it, which headers drop, and a blank one is none", () => {
  expect(keyOf({ COVERBOUND_API_KEY: "sk-a\n", OPENAI_API_KEY: "sk-b" })).toBe("sk-a")
  expect(keyOf({ COVERBOUND_API_KEY: " \n", OPENAI_API_KEY: "sk-b\r\n" })).toBe("sk-b")
  expect(keyOf({ COVERBOUND_API_KEY: "", OPENAI_API_KEY: " " })).toBeUndefined()
  expect(keyOf({})).toBeUndefined()
})
