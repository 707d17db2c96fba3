import type { DecisionPlace } from "../../../adapters/tables/decision-indexes";
import type { ConsoleRoute, Visit } from "../../../console/app/visit";
import { BackLink } from "../../../console/parts/back-link";
import { addressWith } from "../../../console/parts/chips";
import { type ExportedFile, exportFile } from "../../../console/parts/exported-file";
import { ButtonLink } from "../../../console/parts/forms";
import { gateColumn } from "../../../console/parts/gates";
import { Icon } from "../../../console/parts/icon";
import { decisionPath, MarkedDomain } from "../../../console/parts/links";
import { listPage, openAddress } from "../../../console/parts/list-page";
import { RecordOutcome, toOutcomeLine } from "../../../console/parts/outcome";
import { type Paged, readAskedPage } from "../../../console/parts/paging";
import type { TableProps } from "../../../console/parts/table";
import { RowTime } from "../../../console/parts/time";
import { atLeast, countText, shortenText, visible } from "../../../console/parts/value";
import { OPEN_PARAMETER } from "../../../console/parts/with-query";
import { frameTexts } from "../../../console/texts/frame-texts";
import { csvText } from "../../../engine/files/format";
import { readReference } from "../../../engine/sign-up/call";
import { splitAddress } from "../../../engine/sign-up/email";
import { DEFAULT_GATE } from "../../../engine/sign-up/gate";
import { hasAskedForApproval, outcomeSum } from "../../../engine/sign-up/recording";
import { NO_APPROVAL } from "../../access-list/reasons";
import { serviceName, sumFigures } from "../../counts/counts";
import { CountReachNote } from "../../counts/pages/count-tables";
import { readCountReach } from "../../counts/pages/counted-hours";
import type { LookAlike } from "../../look-alikes/look-alike";
import { reasonsInWords } from "../../reasons";
import type { ListedDecision } from "../store/decisions";
import { type FoundDecision, withIssuers } from "../views";
import { decisionWords } from "../words";
import { type CountedDecisions, countDomain, countedDecisions, decisionsChart, promisingTime } from "./decision-chart";
import { decisionChips } from "./decision-chips";
import { decisionPanel, findDecisions, oneDecision } from "./decision-panel";
import { type DecisionSearch, decisionAsks, decisionSource, parseSearch, readSearchText, timeAsks } from "./decision-search";
import { decisionsTexts as t } from "./decisions-texts";
import { entryName } from "./list-answer";
import { admittedBy, approvalCause, askedNames } from "./rule-lines";

const LIVE_SECONDS = 30;

/** Null if the URL has no `from`, or if the list has a filter that a selection of people cannot have. */
function peopleLetIn({ query }: Visit, { from, to, email, issuer, outcome, step, having }: DecisionSearch) {
  const { domain, reason } = having;
  const isOfAll = [email, reason, step].every((each) => each === undefined) && (outcome ?? "continue") === "continue";
  if (query("from") === "" || !isOfAll) return null;
  const only = { from: from.toISOString(), to: to.toISOString(), gate: query("gate"), domain, provider: issuer, entry: query("entry") };
  const parameters = Object.fromEntries(Object.entries(only).flatMap(([name, value = ""]) => (value === "" ? [] : [[name, value]])));
  return <ButtonLink path={`/incidents?${new URLSearchParams(parameters)}`} text={t.letIn} />;
}

async function list(visit: Visit): Promise<Response> {
  const reference = readReference(visit.query("q"));
  if (reference !== undefined) return visit.goTo(decisionPath(reference));
  const search = parseSearch(visit);
  if ("problems" in search) {
    const { problems } = search;
    const above = decisionChips(visit, undefined, problems);
    const table = { caption: t.caption, columns: [] };
    return await listPage(visit, { title: frameTexts.decisions, head: {}, problems, above, page: undefined, table });
  }
  const [page, counted, ofDomain, panel, reach] = await Promise.all([
    promisingTime(visit, search).then((parts) => readAskedPage(visit, decisionSource(visit, search, parts))),
    countedDecisions(visit, search),
    countDomain(visit, search),
    openPanel(visit),
    readCountReach(visit),
  ]);
  const isOfRows = page.next === undefined && !page.later;
  const isReached = reach.until >= search.to || (isOfRows && !reach.isBehind) || (counted === undefined && ofDomain === undefined);
  return await listPage(visit, {
    title: frameTexts.decisions,
    head: {
      actions: [
        peopleLetIn(visit, search),
        <a class="button quiet" href={`/decisions/export.csv?${readSearchText(visit)}`}>
          <Icon name="export" /> {t.export}
        </a>,
      ],
    },
    above: decisionChips(visit, search, [], listReasons(page.items, counted), [
      formatTotal(visit, page, counted, ofDomain?.total),
      isReached ? null : [" ", <CountReachNote visit={visit} reach={reach} />],
    ]),
    ahead: counted === undefined || outcomeSum(counted.all) === 0 ? ofDomain?.chart : decisionsChart(visit, search, counted),
    page: { ...page, items: await shownDecisions(visit, page.items) },
    table: { ...decisionColumns(visit, page.items), empty: noDecisions(visit, search) },
    // The page reloads only if it is the first one, and only if the search reaches up to now.
    live: { id: "decisions", gone: t.gone, seconds: page.later || search.to < visit.now ? undefined : LIVE_SECONDS },
    panel: { panel, label: frameTexts.decision },
  });
}

function listReasons(items: readonly ListedDecision[], decisionCounts: CountedDecisions | undefined): readonly string[] {
  const refusals = sumFigures(decisionCounts?.hours ?? []).refusals.flatMap(({ reason }) => reason ?? []);
  return [...refusals, ...items.flatMap(({ reasons }) => reasons)];
}

async function openPanel(visit: Visit) {
  const text = visit.query(OPEN_PARAMETER);
  if (text === "") return undefined;
  const records = await findDecisions(visit, text);
  if (records.length === 0) return <p class="hint">{t.noneUnder}</p>;
  return <>{await Promise.all(records.map((record) => decisionPanel(visit, record)))}</>;
}

/** If neither the total nor `ofDomain` is known, the first page's number of rows is shown as a minimum. */
function formatTotal(
  visit: Visit,
  { items, next, later }: Paged<unknown>,
  decisionCounts: CountedDecisions | undefined,
  ofDomain: string | undefined,
) {
  const total = next === undefined && !later ? items.length : decisionCounts?.total;
  if (total !== undefined) return t.total(countText(visit, total));
  return later || ofDomain !== undefined ? ofDomain : t.total(atLeast(visit, items.length, true));
}

function noDecisions(visit: Visit, { span }: DecisionSearch) {
  const isLonger = span !== undefined && span !== "30d";
  return (
    <p class="actions">
      <b>{t.nothing}</b>
      {isLonger ? <ButtonLink path={addressWith(visit, timeAsks, { last: "30d" })} text={t.spans["30d"]} /> : null}
    </p>
  );
}

const columns = {
  reference: ({ reference }) => reference,
  at: ({ at }) => at,
  step: ({ step }) => step,
  gate: ({ gate = DEFAULT_GATE }) => gate,
  email: ({ email = "" }) => email,
  verdict: ({ verdict }) => verdict,
  rule: ({ rule = "" }) => rule,
  reasons: ({ reasons }) => reasons.join(" "),
  entry: ({ entry = "" }) => entry,
  durationMs: ({ durationMs }) => String(durationMs),
  issuers: ({ issuers = [] }) => issuers.join(" "),
  /** A person who waits for approval is shown as having asked for it, although the verdict is a block. */
  outcome: (record) => toOutcomeLine(record)[1],
} as const satisfies Readonly<Record<string, (record: FoundDecision) => string>>;

function decisionsFile(visit: Visit, search: DecisionSearch): ExportedFile<DecisionPlace> {
  const { read, matches } = decisionSource(visit, search);
  return {
    name: "decisions",
    ending: "csv",
    header: csvText(Object.keys(columns)),
    action: "decisions.exported",
    words: t.exportWords,
    command: "npm run --silent gate -- decisions --since 90d --limit 1000000 --json > decisions.jsonl",
    back: <BackLink path={`/decisions?${readSearchText(visit)}`} text={t.back} />,
    async *pages(from) {
      for (let place = from, isLast = false; !isLast; ) {
        const { items, next, unreadable } = await read(place);
        const foundDecisions = items.filter(matches);
        // A search by provider has already read the full records.
        const whole = search.issuer === undefined ? await withIssuers(visit.world.decisions, foundDecisions) : foundDecisions;
        const lines = whole.map((record) => csvText(Object.values(columns).map((cell) => cell(record))));
        yield { text: lines.join(""), rows: foundDecisions.length, unreadable, next };
        place = next;
        isLast = next === undefined;
      }
    },
  };
}

/** For an invalid search, the list's own page shows the problems. */
async function exportDecisions(visit: Visit): Promise<Response> {
  const search = parseSearch(visit);
  return "problems" in search ? visit.goTo(`/decisions?${readSearchText(visit)}`) : await exportFile(visit, decisionsFile(visit, search));
}

export const routes: readonly ConsoleRoute[] = [
  { method: "GET", path: "/decisions", access: "Reader", asks: { ...decisionAsks, [OPEN_PARAMETER]: "any" }, handler: list },
  { method: "GET", path: "/decisions/export.csv", access: "Reader", asks: decisionAsks, sendsData: true, handler: exportDecisions },
  { method: "GET", path: "/decisions/:reference", access: "Reader", handler: oneDecision },
];

type ShownDecision = Awaited<ReturnType<typeof shownDecisions>>[number];

async function shownDecisions(visit: Visit, records: readonly ListedDecision[]) {
  const { world } = visit;
  const blockedRecords = records.filter(({ verdict, email }) => verdict === "block" && email !== undefined);
  const domains = [...new Set(blockedRecords.map(({ email = "" }) => splitAddress(email).domain))];
  const untoldRecords = records.filter(({ verdict, reasons }) => verdict !== "block" || hasAskedForApproval(reasons));
  const unread = untoldRecords.filter(({ trace }) => trace === undefined);
  const [alike, whole] = await Promise.all([
    domains.length === 0 ? undefined : world.alike.lookAlikesOf(domains),
    unread.length === 0 ? [] : world.decisions.whole(unread),
  ]);
  const describeCause = ({ trace = [], ...record }: ListedDecision) => {
    const foundDecision = { ...record, trace };
    if (record.verdict === "invalid") return askedNames(visit, foundDecision);
    return record.verdict === "continue" ? admittedBy(visit, foundDecision) : approvalCause(visit, foundDecision);
  };
  const causes = new Map([...untoldRecords, ...whole].map((record) => [record.id, describeCause(record)]));
  return records.map((record) => {
    const [like] = record.verdict === "continue" || record.email === undefined ? [] : (alike?.get(splitAddress(record.email).domain) ?? []);
    return { ...record, like, cause: causes.get(record.id) };
  });
}

function decisionColumns(visit: Visit, records: readonly ListedDecision[]): Omit<TableProps<ShownDecision>, "rows"> {
  const openReference = readReference(visit.query(OPEN_PARAMETER));
  return {
    caption: t.caption,
    columns: [
      [
        frameTexts.time,
        ({ reference, at }) => (
          <a href={openAddress(visit, reference)}>
            <RowTime at={at} />
          </a>
        ),
      ],
      [frameTexts.outcome, (record) => <RecordOutcome record={record} />],
      [frameTexts.person, ({ email, like }) => whoIs(email, like)],
      [
        { name: frameTexts.why, rest: true },
        ({ like, ...record }) =>
          [like === undefined ? "" : t.looksLike(visible(like.like)), whyText(visit, record)].filter((each) => each !== "").join("; "),
      ],
      gateColumn(visit, records),
      [frameTexts.code, ({ reference }) => <code>{visible(reference)}</code>],
    ],
    keyOf: ({ id }) => id,
    current: records.find(({ reference }) => reference === openReference)?.id,
  };
}

function whoIs(email: string | undefined, like: LookAlike | undefined) {
  if (email === undefined) return <>{t.noAddress}</>;
  if (like === undefined) return <bdi class="value">{shortenText(email, 80)}</bdi>;
  return (
    <>
      <bdi class="value">{visible(splitAddress(email).local)}@</bdi>
      <MarkedDomain shown={like.shown} marks={like.marks} />
    </>
  );
}

function whyText(visit: Visit, { verdict, reasons, entry, rule, upstreamFailed, cause }: Omit<ShownDecision, "like">): string {
  if (hasAskedForApproval(reasons)) return cause ?? t.needsApproval;
  if (verdict === "continue") return cause ?? (entry === undefined ? t.passed : t.allowedBy(entryName(entry)));
  if (reasons.includes("access-list.denied") && entry !== undefined) return t.deniedBy(entryName(entry));
  if (reasons.includes(NO_APPROVAL) && entry !== undefined) return `${t.approvalBy(entryName(entry))}: ${t.asksNobody}`;
  if (typeof upstreamFailed === "string") return visible(t.unavailable(serviceName(upstreamFailed)));
  return [visible(reasons.length === 0 ? (rule ?? "") : reasonsInWords(visit.say(decisionWords), reasons)), cause]
    .filter(Boolean)
    .join(": ");
}
