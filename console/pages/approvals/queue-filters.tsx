import type { Child } from "hono/jsx";
import type { ApprovalState } from "../../../engine/approvals/request";
import type { Visit } from "../../app/visit";
import { described, FieldNotes, SearchRefusal } from "../../parts/forms";
import { GateField } from "../../parts/gates";
import { approvalsTexts } from "./approvals-texts";
import { queueTexts } from "./group-texts";
import { isFiltered, type QueueAsked, type QueueFlaw, queryOf, sortsOf } from "./queue-asked";

interface AskedProps {
  readonly visit: Visit;
  readonly asked: QueueAsked;
}

/** The same question of each state. */
export function StateTabs({ visit, asked }: AskedProps) {
  const t = visit.say(approvalsTexts);
  return (
    <nav aria-label={t.byState}>
      <ul class="tabs">
        {(Object.keys(t.states) as ApprovalState[]).map((state) => (
          <li>
            <a
              href={`/approvals?${queryOf({ ...asked, state, sort: sortsOf(state)[0] ?? asked.sort })}`}
              aria-current={state === asked.state ? "page" : undefined}
            >
              {t.states[state]}
            </a>
          </li>
        ))}
      </ul>
    </nav>
  );
}

interface FiltersProps extends AskedProps {
  readonly flaws: readonly QueueFlaw[];
  readonly action: string;
  /** @default that of filters and orders alone */
  readonly summary?: string;
  /** Folded along with them, below. */
  readonly children?: Child;
}

/** What of a state is shown, and in which order. Open where something is left out, so that nobody takes a part for all. */
export function Filters({ visit, asked, flaws, action, summary, children }: FiltersProps) {
  const t = visit.say(queueTexts);
  const problemOfField = (name: QueueFlaw) => (flaws.includes(name) ? t.flaws[name] : undefined);
  const flawed = (name: QueueFlaw) => described(name, undefined, problemOfField(name));
  const note = (name: QueueFlaw) => <FieldNotes id={name} hint={undefined} problem={problemOfField(name)} />;
  return (
    <>
      <SearchRefusal visit={visit} problems={flaws.map((field) => ({ field, text: t.flaws[field] }))} />
      <details class="card" open={isFiltered(asked) || flaws.length > 0}>
        <summary>{summary ?? t.filter}</summary>
        <form method="get" action={action}>
          <input type="hidden" name="state" value={asked.state} />
          <div class="fields">
            <div>
              <label for="domain">{t.domain}</label>
              <input id="domain" name="domain" value={visit.query("domain")} autocomplete="off" spellcheck={false} {...flawed("domain")} />
              {note("domain")}
            </div>
            <div>
              <label for="provider">{t.provider}</label>
              <input
                id="provider"
                name="provider"
                value={visit.query("provider")}
                autocomplete="off"
                spellcheck={false}
                {...flawed("provider")}
              />
              {note("provider")}
            </div>
            <div>
              <label for="days">{t.days}</label>
              <input id="days" name="days" value={visit.query("days")} inputmode="numeric" autocomplete="off" {...flawed("days")} />
              {note("days")}
            </div>
            <GateField visit={visit} />
            <div>
              <label for="sort">{t.sort}</label>
              <select id="sort" name="sort">
                {sortsOf(asked.state).map((sort) => (
                  <option value={sort} selected={sort === asked.sort}>
                    {t.sorts[sort]}
                  </option>
                ))}
              </select>
            </div>
          </div>
          <p class="actions">
            <button type="submit">{t.apply}</button>
            {isFiltered(asked) ? (
              <a class="button quiet" href={`${action}?state=${asked.state}`}>
                {t.all}
              </a>
            ) : null}
          </p>
        </form>
        {children}
      </details>
    </>
  );
}
