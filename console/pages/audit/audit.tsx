import type { AuditEntry } from "../../../adapters/tables/audit";
import { dayFrom } from "../../../engine/sign-up/time";
import type { ConsoleRoute, Visit } from "../../app/visit";
import { dayOf, Moment } from "../../parts/moment";
import { Table } from "../../parts/table";
import { ShownValue, visible } from "../../parts/value";
import { frameTexts } from "../../texts/frame-texts";
import { auditTexts } from "./audit-texts";

async function audit(visit: Visit): Promise<Response> {
  const t = visit.say(auditTexts);
  const day = dayFrom(visit.query("day") || dayOf(visit.now));
  const found = day && (await visit.world.audit.ofDay(dayOf(day), visit.query("before") || undefined));
  return await visit.page(
    t.title,
    <>
      <form class="card narrow" method="get" action="/audit">
        <div class="fields">
          <div>
            <label for="day">{t.day}</label>
            <input id="day" name="day" type="date" value={dayOf(day ?? visit.now)} />
          </div>
          <div>
            <button type="submit">{t.show}</button>
          </div>
        </div>
      </form>
      {day === undefined || found === undefined ? (
        <p class="note bad" role="alert">
          {t.badDay}
        </p>
      ) : (
        <>
          <Entries visit={visit} entries={found.entries} />
          {found.next === undefined ? null : (
            <p>
              <a class="button quiet" href={`/audit?${new URLSearchParams({ day: dayOf(day), before: found.next })}`}>
                {visit.say(frameTexts).older}
              </a>
            </p>
          )}
        </>
      )}
      <p class="hint">{t.hint}</p>
    </>,
    { status: day === undefined ? 400 : 200 },
  );
}

function Entries({ visit, entries }: { readonly visit: Visit; readonly entries: readonly AuditEntry[] }) {
  const t = visit.say(auditTexts);
  const { characters } = visit.say(frameTexts);
  return (
    <Table
      caption={t.caption}
      columns={[t.time, t.who, t.what, t.subject, t.before, t.after].map((name) => ({ name }))}
      rows={entries.map(({ at, by, name, action, subject, before, after, outcome }) => [
        <Moment at={at} />,
        <>
          <bdi>{visible(name)}</bdi> <small class="value">{visible(by)}</small>
        </>,
        <>
          {t.actions[action] ?? action}
          {t.outcomes[outcome] === undefined ? null : <span class="tag warn">{t.outcomes[outcome]}</span>}
        </>,
        <ShownValue text={subject} characters={characters} />,
        <Cells cells={before} characters={characters} />,
        <Cells cells={after} characters={characters} />,
      ])}
      empty={t.none}
    />
  );
}

function Cells({ cells = {}, characters }: { readonly cells?: AuditEntry["before"]; readonly characters: (count: string) => string }) {
  const text = Object.entries(cells)
    .map(([name, value]) => `${name}: ${typeof value === "string" ? value : JSON.stringify(value)}`)
    .join("\n");
  return text === "" ? null : <ShownValue text={text} characters={characters} />;
}

export const routes: readonly ConsoleRoute[] = [{ method: "GET", path: "/audit", access: "Reader", handler: audit }];
