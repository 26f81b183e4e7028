/** `coverbound scaling`: files as people have them, models that are linear in their coefficients, and an exit code that says whether one holds. */
import { describe, expect, it } from "vitest"
import { commandFolder } from "../../../properties/command-line/command-process.ts"
import { claimedModel } from "./claimed-model.ts"
import { timedCases } from "./timed-cases.ts"

const read = (text: string, asked?: string) => timedCases(text, "f.csv", asked)

describe("measurements", () => {
  it("are read by the names of their columns, in any order", () => {
    expect(read("time,N\n5,1\n7,2\n9,3\n")).toEqual({
      sizes: ["N"],
      time: "time",
      cases: [1, 2, 3].map((N) => ({ sizes: { N }, time: 3 + 2 * N }))
    })
    const two = read("# a comment\nN;took (ms);d;fixed\n1;10;2;4\n2;20;3;4\n3;30;2;4\n", "took (ms)")
    // What does not vary is no size.
    expect([two.sizes, two.cases[1]]).toEqual([["N", "d"], { sizes: { N: 2, d: 3 }, time: 20 }])
    expect(read("1 10\n2 20\n4 40\n").cases[2]).toEqual({ sizes: { N: 4 }, time: 40 })
  })

  it("may have cells in quotes, with separators in them", () => {
    expect(read('"N size","time, ms"\n"1",10\n"2" ,20\n4,"40"\n')).toEqual({
      sizes: ["N_size"],
      time: "time_ms",
      cases: [1, 2, 4].map((N) => ({ sizes: { N_size: N }, time: 10 * N }))
    })
    expect(() => read("N,time\n1,2\n,3\n3,4\n")).toThrow(/line 3, N: ""/)
  })

  it("are refused where they are none, by line and column", () => {
    expect(() => read("N,time\n1,2\n2,-3\n3,4\n")).toThrow(/line 3, time.*-3/)
    expect(() => read("N,time\n1,2\n2\n3,4\n")).toThrow(/line 3.*1 cells/)
    expect(() => read("N,time\n1,2\n1,3\n1,4\n")).toThrow(/3 of 1 sizes/)
    expect(() => read("N,N,time\n1,1,2\n")).toThrow(/twice/)
    expect(() => read("N,time\n1,2\n2,3\n3,4\n", "wall")).toThrow(/--time.*one of N, time/)
  })
})

describe("a model", () => {
  const { cases, sizes } = read("N,time\n1,5\n2,7\n3,9\n")
  const model = (text: string) => claimedModel(text, sizes, cases)

  it("has the terms of its coefficients", () => {
    const { coefficients, terms } = model("a + b*N^2")
    expect([coefficients, terms({ N: 3 })]).toEqual([
      ["a", "b"],
      [1, 9]
    ])
  })

  it.each(["N", "a*b*N", "a^2 + b*N", "5 + b*N", "a + b*N + c*N^2", "a + (", "a/(N - 2)"])("is not %s", (text) => {
    expect(() => model(text)).toThrow(/--model/)
  })
})

describe("the command", () => {
  const { called, file } = commandFolder()
  const times = Array.from({ length: 9 }, (_, i) => `${2 ** i},${(10 + 3 * 2 ** i) * (1 + 0.002 * (i % 2))}`).join("\n")

  it("exits 1 where the model is refuted, and 0 where it holds", async () => {
    const name = file(`N,time\n${times}\n`, "times.csv")
    const [right, wrong] = await Promise.all(
      ["a + b*N", "a + b*N^2"].map((model, i) => called(["scaling", name, "--model", model, "--out", `out${i}`]))
    )
    expect([right.code, right.stderr, wrong.code]).toEqual([0, "", 1])
    expect(right.stdout).toMatch(/Extrapolation: ✓ supported/)
    expect(wrong.stdout).toMatch(/N +✗ refuted .* 2\.000/)
  })

  it("is on its page as it was given", async () => {
    const name = file(`took,N\n${times.replaceAll(/(.*),(.*)/g, "$2,$1")}\n`, "my times.csv")
    const args = ["scaling", name, "--model", "a + b*N", "--time", "took", "--level", "0.05", "--json", "--out", "said"]
    const { code, stdout } = await called(args)
    expect([code, JSON.parse(stdout).command]).toEqual([
      0,
      "coverbound scaling 'my times.csv' --model 'a + b*N' --time took --level 0.05"
    ])
  })
})
