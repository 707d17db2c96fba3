import type { ListedDecision } from "../../../adapters/tables/decisions";
import { decisionWords, reasonText } from "../../../engine/messages/operator/decisions";
import { normaliseEmail } from "../../../engine/sign-up/email";
import { readReference } from "../../../engine/sign-up/reference";
import { dayFrom, MS_PER_DAY } from "../../../engine/sign-up/time";
import type { ConsoleRoute, Visit } from "../../app/visit";
import { GateField, gateCell, gateColumn, isAtAskedGate } from "../../parts/gates";
import { dayOf, Moment } from "../../parts/moment";
import { Table } from "../../parts/table";
import { capitalised, shortened, visible } from "../../parts/value";
import { VerdictTag } from "../../parts/verdict-tag";
import { decisionsTexts } from "./decisions-texts";
import { oneDecision } from "./one-decision";

const PAGE_ROWS = 50;
/** A search for few among many ends somewhere. */
const MAX_LOOKED_AT = 5_000;
const DEFAULT_DAYS = 7;
const verdicts = ["continue", "block", "invalid"] as const;

interface Search {
  readonly email: string | undefined;
  readonly verdict: ListedDecision["verdict"] | undefined;
  readonly from: Date;
  readonly to: Date;
}

async function list(visit: Visit): Promise<Response> {
  const t = visit.say(decisionsTexts);
  const typed = visit.query("reference");
  const reference = readReference(typed);
  if (reference !== undefined) return visit.goTo(`/decisions/${reference}`);
  const read = typed === "" ? searchOf(visit) : { problem: t.badReference };
  if ("problem" in read) {
    const content = (
      <>
        <p class="note bad" role="alert">
          {read.problem}
        </p>
        <SearchForm visit={visit} />
      </>
    );
    return await visit.page(t.title, content, { status: 400 });
  }
  const found = await find(visit, read);
  return await visit.page(
    t.title,
    <>
      <SearchForm visit={visit} />
      {found.cut ? <p class="note warn">{t.more(MAX_LOOKED_AT)}</p> : null}
      <Results visit={visit} records={found.records} />
      {found.next === undefined ? null : (
        <p>
          <a class="button quiet" href={olderThan(visit, found.next)}>
            {t.older}
          </a>
        </p>
      )}
    </>,
  );
}

/** The days are whole; `until` is a moment within the last one, where a page of results ended. */
function searchOf(visit: Visit): Search | { readonly problem: string } {
  const t = visit.say(decisionsTexts);
  const typed = visit.query("email");
  const email = typed === "" ? undefined : normaliseEmail(typed);
  if (typed !== "" && email === undefined) return { problem: t.badEmail };
  const first = email === undefined ? dayOf(new Date(visit.now.getTime() - (DEFAULT_DAYS - 1) * MS_PER_DAY)) : "2020-01-01";
  const from = dayFrom(visit.query("from") || first);
  const lastDay = dayFrom(visit.query("to") || dayOf(visit.now));
  if (from === undefined || lastDay === undefined || from > lastDay) return { problem: t.badDays };
  const end = new Date(Math.min(lastDay.getTime() + MS_PER_DAY - 1, visit.now.getTime()));
  const until = Date.parse(visit.query("until"));
  const to = Number.isNaN(until) ? end : new Date(Math.min(until, end.getTime()));
  return { email, verdict: verdicts.find((each) => each === visit.query("verdict")), from, to };
}

/** @returns `next`: the moment at which older ones begin */
async function find(visit: Visit, { email, verdict, from, to }: Search) {
  const { world } = visit;
  const records: ListedDecision[] = [];
  let looked = 0;
  const pages = email === undefined ? world.decisions.between(from, to) : world.decisions.byEmail(email);
  for await (const page of pages) {
    for (const record of page) {
      looked += 1;
      const at = Date.parse(record.at);
      if (at > to.getTime() || (verdict !== undefined && record.verdict !== verdict) || !isAtAskedGate(visit, record)) continue;
      if (at < from.getTime()) return { records, cut: false };
      if (records.length === PAGE_ROWS) return { records, next: record.at, cut: false };
      records.push(record);
    }
    if (looked >= MAX_LOOKED_AT) return { records, cut: true };
  }
  return { records, cut: false };
}

function olderThan({ context }: Visit, next: string): string {
  const { searchParams } = new URL(context.req.url);
  searchParams.set("until", next);
  return `/decisions?${searchParams}`;
}

function SearchForm({ visit }: { readonly visit: Visit }) {
  const t = visit.say(decisionsTexts);
  const names = visit.say(decisionWords).verdicts;
  return (
    <form class="card" method="get" action="/decisions" aria-label={t.find}>
      <div class="fields">
        <div>
          <label for="reference">{t.reference}</label>
          <input
            id="reference"
            name="reference"
            value={visit.query("reference")}
            placeholder="K7QD-9MXD"
            aria-describedby="reference-hint"
          />
          <small id="reference-hint">{t.referenceHint}</small>
        </div>
        <div>
          <label for="email">{t.email}</label>
          <input id="email" name="email" value={visit.query("email")} autocomplete="off" spellcheck={false} />
        </div>
        <div>
          <label for="from">{t.from}</label>
          <input id="from" name="from" type="date" value={visit.query("from")} />
        </div>
        <div>
          <label for="to">{t.to}</label>
          <input id="to" name="to" type="date" value={visit.query("to")} />
        </div>
        <div>
          <label for="verdict">{t.verdict}</label>
          <select id="verdict" name="verdict">
            <option value="">{t.any}</option>
            {verdicts.map((each) => (
              <option value={each} selected={visit.query("verdict") === each}>
                {capitalised(names[each])}
              </option>
            ))}
          </select>
        </div>
        <GateField visit={visit} />
      </div>
      <button type="submit">{t.search}</button>
    </form>
  );
}

function Results({ visit, records }: { readonly visit: Visit; readonly records: readonly ListedDecision[] }) {
  const t = visit.say(decisionsTexts);
  const w = visit.say(decisionWords);
  return (
    <Table
      caption={t.results}
      columns={[t.reference, t.time, t.verdict, t.email, ...gateColumn(visit), t.step, t.rule, t.reason].map((name) => ({ name }))}
      rows={records.map((record) => [
        <a href={`/decisions/${encodeURIComponent(record.reference)}`}>{record.reference}</a>,
        <Moment at={record.at} />,
        <VerdictTag verdict={record.verdict} words={w} />,
        <bdi class="value">{shortened(record.email ?? "", 80)}</bdi>,
        ...gateCell(visit, record),
        <span class="nowrap">{w.steps[record.step]}</span>,
        <code>{visible(record.rule ?? "")}</code>,
        visible(reasonText(w, record.reasons)),
      ])}
      empty={t.none}
    />
  );
}

export const routes: readonly ConsoleRoute[] = [
  { method: "GET", path: "/decisions", access: "Reader", handler: list },
  { method: "GET", path: "/decisions/:reference", access: "Reader", handler: oneDecision },
];
