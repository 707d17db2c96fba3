import type { Visit } from "../../app/visit";
import { type Chip, Chips, choiceChip, fieldChip } from "../../parts/chips";
import { SearchRefusal } from "../../parts/forms";
import { gateChip } from "../../parts/gates";
import { approvalsTexts as a } from "./approvals-texts";
import { type QueueAsked, type QueueFlaw, sortsOf, statesOf } from "./queue-asked";
import { queueTexts as t } from "./queue-texts";

interface QueueChipsProps {
  readonly visit: Visit;
  readonly asked: QueueAsked;
  readonly flaws: readonly QueueFlaw[];
}

/** What of a view is shown, and in which order. */
export function QueueChips({ visit, asked, flaws }: QueueChipsProps) {
  const typed = (chip: string, name: QueueFlaw, label: string): Chip => ({
    ...fieldChip(visit, { name, label, problem: flaws.includes(name) ? t.flaws[name] : undefined }),
    name: chip,
  });
  const [usual, ...sorts] = sortsOf(asked.view);
  const states = statesOf({ view: "decided" }).map((state) => [state, a.states[state]] as const);
  return (
    <>
      <SearchRefusal problems={flaws.map((each) => ({ field: each, text: t.flaws[each] }))} />
      <Chips
        visit={visit}
        search={{ parameter: "q", label: a.searchLabel }}
        chips={[
          typed(t.domainShort, "domain", t.domain),
          ...gateChip(visit),
          typed(t.provider, "provider", t.provider),
          ...(asked.view === "decided" ? [choiceChip(visit, { name: "state", label: a.state, options: states })] : []),
          choiceChip(visit, {
            ...{ name: "sort", label: t.sort },
            none: usual && t.sorts[usual],
            options: sorts.map((sort) => [sort, t.sorts[sort]] as const),
          }),
        ]}
      />
    </>
  );
}
