/** The comparison of predictions.md: every algorithm, section by section. To add a family of instances: its file, and its line here. */
import * as Effect from "effect/Effect"
import { dnfSection } from "./dnf-section.ts"
import { rareGoodSection } from "./rare-good-section.ts"
import { rarePromptSection } from "./rare-prompt-section.ts"
import { tokenChainSection, tokenLockSection } from "./token-sections.ts"
import type { CompareSettings, Section, SectionMaker } from "./section.ts"

export const sectionMakers: ReadonlyArray<SectionMaker> = [
  rareGoodSection,
  rarePromptSection,
  dnfSection,
  tokenChainSection,
  tokenLockSection
]

/** Makes the sections one after another. @param onSection called with each, so that what was computed outlives an interruption. */
export const compare = Effect.fnUntraced(function* (
  settings: CompareSettings,
  select: ReadonlyArray<string> = [],
  onSection: (section: Section) => void = () => {}
): Effect.fn.Return<ReadonlyArray<Section>> {
  const sections: Array<Section> = []
  for (const { id, make } of sectionMakers) {
    if (select.length > 0 && !select.includes(id)) continue
    const section = yield* make(settings)
    sections.push(section)
    onSection(section)
  }
  return sections
})
