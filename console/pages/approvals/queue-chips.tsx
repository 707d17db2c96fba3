import type { Child } from "hono/jsx";
import type { Visit } from "../../app/visit";
import { Chips } from "../../parts/chips";
import { described, FieldNotes, SearchRefusal } from "../../parts/forms";
import { gateChip } from "../../parts/gates";
import { approvalsTexts } from "./approvals-texts";
import { queueTexts } from "./group-texts";
import { type QueueAsked, type QueueFlaw, sortsOf, statesOf } from "./queue-asked";

interface QueueChipsProps {
  readonly visit: Visit;
  readonly asked: QueueAsked;
  readonly flaws: readonly QueueFlaw[];
}

/** What of a view is shown, and in which order. */
export function QueueChips({ visit, asked, flaws }: QueueChipsProps) {
  const t = visit.say(queueTexts);
  const field = (name: QueueFlaw, label: string, numeric?: "numeric") => {
    const problem = flaws.includes(name) ? t.flaws[name] : undefined;
    return (
      <>
        <label for={name}>{label}</label>
        <input
          id={name}
          name={name}
          value={visit.query(name)}
          inputmode={numeric}
          autocomplete="off"
          spellcheck={false}
          {...described(name, undefined, problem)}
        />
        <FieldNotes id={name} hint={undefined} problem={problem} />
      </>
    );
  };
  const typed = (name: QueueFlaw) => (visit.query(name) === "" ? undefined : visit.query(name));
  const chip = (name: string, parameter: string, set: string | undefined, fields: Child) => ({
    name,
    set,
    parameters: [parameter],
    fields,
  });
  const sort = asked.sort === sortsOf(asked.view)[0] ? undefined : t.sorts[asked.sort];
  return (
    <>
      <SearchRefusal visit={visit} problems={flaws.map((each) => ({ field: each, text: t.flaws[each] }))} />
      <Chips
        visit={visit}
        search={{ parameter: "q", label: visit.say(approvalsTexts).searchLabel }}
        chips={[
          chip(t.domainShort, "domain", typed("domain"), field("domain", t.domain)),
          ...gateChip(visit),
          chip(t.provider, "provider", typed("provider"), field("provider", t.provider)),
          chip(t.age, "days", typed("days"), field("days", t.days, "numeric")),
          ...(asked.view === "decided"
            ? [chip(visit.say(approvalsTexts).state, "state", stateSet(visit, asked), <StateField visit={visit} asked={asked} />)]
            : []),
          chip(t.sort, "sort", sort, <SortField visit={visit} asked={asked} />),
        ]}
      />
    </>
  );
}

function stateSet(visit: Visit, { state }: QueueAsked): string | undefined {
  return state === undefined ? undefined : visit.say(approvalsTexts).states[state];
}

function StateField({ visit, asked }: Omit<QueueChipsProps, "flaws">) {
  const t = visit.say(approvalsTexts);
  return (
    <>
      <label for="state">{t.state}</label>
      <select id="state" name="state">
        {statesOf({ view: "decided" }).map((state) => (
          <option value={state} selected={state === asked.state}>
            {t.states[state]}
          </option>
        ))}
      </select>
    </>
  );
}

function SortField({ visit, asked }: Omit<QueueChipsProps, "flaws">) {
  const t = visit.say(queueTexts);
  return (
    <>
      <label for="sort">{t.sort}</label>
      <select id="sort" name="sort">
        {sortsOf(asked.view).map((sort) => (
          <option value={sort} selected={sort === asked.sort}>
            {t.sorts[sort]}
          </option>
        ))}
      </select>
    </>
  );
}
