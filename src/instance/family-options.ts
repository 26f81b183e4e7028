/** Options that families have in common: a name means the same, and has the same range, in each. */
import type { NumberOption } from "./family.ts"

/** @param meaning what is drawn from it */
export const seedOption = (meaning: string, byDefault = 1): NumberOption => ({
  kind: "number",
  meaning,
  minimum: 0,
  maximum: Number.MAX_SAFE_INTEGER,
  integer: true,
  default: byDefault
})

/** d. */
export const dimensionOption = (byDefault: number): NumberOption => ({
  kind: "number",
  meaning: "feature dimension",
  minimum: 1,
  maximum: 1024,
  integer: true,
  default: byDefault
})

/** R. */
export const rewardRangeOption: NumberOption = {
  kind: "number",
  meaning: "reward range",
  minimum: 0,
  above: true,
  maximum: 1e6,
  default: 1
}

/** β. @param more what to say beside its name, and the largest β of the family */
export const betaOption = (
  byDefault: NumberOption["default"],
  { maximum = Number.MAX_VALUE, note = "" }: { readonly maximum?: number; readonly note?: string } = {}
): NumberOption => ({
  kind: "number",
  meaning: `KL regularisation${note}`,
  minimum: 0,
  above: true,
  maximum,
  default: byDefault
})
