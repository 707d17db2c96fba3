import type { Child } from "hono/jsx";
import type { Visit } from "../../app/visit";
import { Chips } from "../../parts/chips";
import { QueryField, SearchRefusal } from "../../parts/forms";
import { gateChip } from "../../parts/gates";
import { approvalsTexts } from "./approvals-texts";
import { type QueueAsked, type QueueFlaw, sortsOf, statesOf } from "./queue-asked";
import { queueTexts } from "./queue-texts";

interface QueueChipsProps {
  readonly visit: Visit;
  readonly asked: QueueAsked;
  readonly flaws: readonly QueueFlaw[];
}

/** What of a view is shown, and in which order. */
export function QueueChips({ visit, asked, flaws }: QueueChipsProps) {
  const t = visit.say(queueTexts);
  const a = visit.say(approvalsTexts);
  const field = (name: QueueFlaw, label: string, numeric?: "numeric") => {
    const problem = flaws.includes(name) ? t.flaws[name] : undefined;
    return <QueryField visit={visit} name={name} label={label} problem={problem} inputmode={numeric} />;
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
        search={{ parameter: "q", label: a.searchLabel }}
        chips={[
          chip(t.domainShort, "domain", typed("domain"), field("domain", t.domain)),
          ...gateChip(visit),
          chip(t.provider, "provider", typed("provider"), field("provider", t.provider)),
          chip(t.age, "days", typed("days"), field("days", t.days, "numeric")),
          ...(asked.view === "decided"
            ? [
                chip(
                  a.state,
                  "state",
                  asked.state && a.states[asked.state],
                  <Choice name="state" label={a.state} values={statesOf({ view: "decided" })} set={asked.state} texts={a.states} />,
                ),
              ]
            : []),
          chip(t.sort, "sort", sort, <Choice name="sort" label={t.sort} values={sortsOf(asked.view)} set={asked.sort} texts={t.sorts} />),
        ]}
      />
    </>
  );
}

interface ChoiceProps<T extends string> {
  readonly name: string;
  readonly label: string;
  readonly values: readonly T[];
  readonly set: T | undefined;
  readonly texts: Readonly<Record<T, string>>;
}

function Choice<T extends string>({ name, label, values, set, texts }: ChoiceProps<T>) {
  return (
    <>
      <label for={name}>{label}</label>
      <select id={name} name={name}>
        {values.map((value) => (
          <option value={value} selected={value === set}>
            {texts[value]}
          </option>
        ))}
      </select>
    </>
  );
}
