import type { ConsoleRoute, Visit } from "../../../console/app/visit";
import { Badge, type Tone } from "../../../console/parts/badge";
import { CopyButton, type FieldProblem } from "../../../console/parts/forms";
import { DOMAIN_DAYS, domainPath } from "../../../console/parts/links";
import { listPage, openAddress } from "../../../console/parts/list-page";
import { readAskedPage } from "../../../console/parts/paging";
import { Facts } from "../../../console/parts/table";
import { Moment, momentText, RowTime } from "../../../console/parts/time";
import { shortenText, ValueLink, visible } from "../../../console/parts/value";
import { asksFor, filterChips, readPageQuery } from "../../../console/parts/view-page";
import { OPEN_PARAMETER, UNDO_PARAMETER } from "../../../console/parts/with-query";
import { frameTexts } from "../../../console/texts/frame-texts";
import { pageTexts } from "../../../console/texts/languages";
import { trailTexts } from "../../../console/texts/trail-texts";
import { currentLines, listReturned, type MailLine, mailSubjects } from "../../../engine/mail/mail-line";
import { canBeKey, MAX_SORT_KEY_BYTES } from "../../../engine/table-keys";
import { isOverdue, type PartnerRow, type PartnerState } from "../../access-list/partner";
import { CHANGES_PATH, type TrailedRows } from "../../audit/pages/trailed-rows";
import { formatCountReach } from "../../counts/pages/count-tables";
import { readCountReach } from "../../counts/pages/counted-hours";
import { mailFilters } from "../../mails/filters";
import { MailAlert, MailBadge, mailsFact } from "../../mails/pages/mail-alert";
import { workAlert } from "../../unfinished/pages/work-alert";
import { partnerRecord } from "../entries";
import type { FoundPartner } from "../store/partners";
import { parsePartnerDomain, partnerSubject } from "../store/rows";
import { partnersView } from "../views";
import { partnerWords } from "../words";
import { ADDING, actRoutes, addPartnerForm, PARTNERS_PATH, partnerActs, renderOutcome } from "./partner-acts";

const tones: Readonly<Record<PartnerState, Tone | undefined>> = { pending: "asked", proven: "good", stale: "warn", lapsed: undefined };
const filters = { ...partnersView.filters, ...mailFilters };

async function showPartners(visit: Visit, formProblems: readonly FieldProblem[] = []): Promise<Response> {
  const { query, problems: queryProblems } = readPageQuery(visit, filters);
  const problems = [...formProblems, ...queryProblems];
  const { mail, ...others } = query;
  const source = await visit.read(partnersView, others);
  const returned = mail && (await visit.world.mailLines(await visit.world.returnedMails(visit.now)));
  const isReturned = ({ id }: PartnerRow) => !returned || listReturned(returned.get(mailSubjects.partner(id)) ?? []).length > 0;
  const page = await readAskedPage(visit, { ...source, matches: (row) => source.matches?.(row) !== false && isReturned(row) });
  const domain = visit.queryAsTyped(OPEN_PARAMETER);
  const open = canBeKey(domain, MAX_SORT_KEY_BYTES) ? await visit.world.partners.found(domain) : undefined;
  const domains = page.items.map(({ id }) => id);
  const [countsByDomain, reach, mails] = await Promise.all([
    visit.world.domainCounts.domainDays(domains, DOMAIN_DAYS),
    readCountReach(visit),
    visit.world.mailLines([...domains, ...(open === undefined ? [] : [domain])].map(mailSubjects.partner)),
  ]);
  return await listPage(visit, {
    title: t.title,
    problems,
    refused: frameTexts.notDone,
    above: (
      <>
        {renderOutcome(visit, open?.row)}
        {await workAlert(visit, "partners")}
      </>
    ),
    intro: reach.isBehind ? `${t.intro} ${formatCountReach(visit, reach)}.` : t.intro,
    filters: { chips: filterChips(visit, visit.world.sendsMail ? filters : partnersView.filters, problems) },
    ahead: visit.may("Administrator") && addPartnerForm(visit, formProblems),
    page,
    table: {
      caption: t.title,
      keyOf: ({ id }) => id,
      lines: false,
      columns: [
        [frameTexts.domain, ({ id }) => <ValueLink path={openAddress(visit, id)} text={id} />],
        [
          t.names.state,
          (row) => [stateBadge(row, visit.now), " ", <MailBadge visit={visit} lines={mails.get(mailSubjects.partner(row.id))} />],
        ],
        [{ name: t.people(DOMAIN_DAYS), number: true }, ({ id }) => countsByDomain.get(id)?.all.people.toLocaleString(visit.language)],
        [t.names.until, ({ until }) => until && <RowTime at={until} />],
        [t.names.lookedAt, lastLook],
      ],
      empty: t.none,
    },
    panel: { panel: open && (await partnerPanel(visit, domain, open, mails.get(mailSubjects.partner(domain)) ?? [])), label: t.title },
  });
}

function stateBadge(row: PartnerRow, now: Date) {
  if (isOverdue(row, now)) return <Badge tone="bad">{partnerWords.overdueState}</Badge>;
  return <Badge tone={tones[row.state]}>{partnerWords.states[row.state]}</Badge>;
}

function meaning(row: PartnerRow, now: Date): string {
  const until = row.until === undefined ? "" : momentText(row.until);
  return isOverdue(row, now) ? partnerWords.overdue(until || momentText(row.since)) : t.means[row.state](until);
}

function lastLook({ look, lookedAt }: PartnerRow) {
  if (look === undefined || lookedAt === undefined) return <span class="hint">{t.notYet}</span>;
  return (
    <span>
      <RowTime at={lookedAt} /> {t.looks[look]}
    </span>
  );
}

async function partnerPanel(visit: Visit, domain: string, foundPartner: FoundPartner, mails: readonly MailLine[]) {
  const { row } = foundPartner;
  const { names } = t;
  return (
    <>
      <header>
        <p class="entity">
          <bdi class="value">{shortenText(domain, 80)}</bdi> {row && stateBadge(row, visit.now)}
        </p>
      </header>
      <MailAlert visit={visit} lines={mails} />
      {row && textRecord(row)}
      <section>
        <p>{row === undefined ? t.gone : meaning(row, visit.now)}</p>
        <Facts
          facts={[
            [names.since, row && row.state !== "pending" && <Moment at={row.since} />],
            [names.lookedAt, row && lastLook(row)],
            mailsFact(visit, currentLines(mails)),
          ]}
        />
        <p class="actions">
          <a href={domainPath(domain)}>{t.signUps}</a>
          <a href={`${CHANGES_PATH}?${new URLSearchParams({ entry: partnerSubject(domain) })}`}>{trailTexts.title}</a>
        </p>
      </section>
      {await partnerActs(visit, domain, foundPartner)}
    </>
  );
}

function textRecord(row: PartnerRow) {
  const record = partnerRecord(row);
  return (
    <section>
      <h2>{t.record}</h2>
      <Facts
        facts={[
          [t.recordName, <code>{visible(record.name)}</code>],
          [frameTexts.value, <code>{visible(record.value)}</code>],
        ]}
      />
      <CopyButton text={`${record.name} TXT "${record.value}"`} words={t.copy} />
    </section>
  );
}

export const routes: readonly ConsoleRoute[] = [
  {
    ...{
      method: "GET",
      path: PARTNERS_PATH,
      access: "Reader",
      asks: { ...asksFor(filters), [OPEN_PARAMETER]: "any", [UNDO_PARAMETER]: "any", [ADDING]: ["1"] },
    },
    handler: (visit) => showPartners(visit),
  },
  ...actRoutes(showPartners),
];

const t = pageTexts({
  title: ["Partners", "파트너"],
  intro: [
    "Organizations that prove a domain, without its subdomains, by a TXT record, checked daily.",
    "TXT 레코드로 도메인(하위 도메인 제외)을 증명한 조직입니다(매일 확인).",
  ],
  people: [(days: number) => `People in ${days} days`, (days) => `최근 ${days}일간 인원`],
  names: {
    state: ["State", "상태"],
    since: ["Since", "시작"],
    until: ["Lapses", "효력 상실 예정"],
    lookedAt: ["Last DNS check", "마지막 DNS 확인"],
    look: ["What it found", "확인 결과"],
  },
  means: {
    pending: [
      (until: string) => `Ask the partner to set the record. Unless it is found, the domain lapses on ${until}.`,
      (until) => `파트너에게 레코드를 설정하도록 요청하세요. 찾지 못하면 ${until}에 효력을 잃습니다.`,
    ],
    proven: [(_: string): string => "Its people count as this partner's.", (_) => "이 도메인의 사용자는 이 파트너로 인정됩니다."],
    stale: [
      (until: string) => `Its people count as this partner's until ${until}, then no longer, unless the record is back.`,
      (until) => `레코드가 돌아오지 않으면 ${until}까지만 이 파트너로 인정됩니다.`,
    ],
    lapsed: [
      (_: string): string => "Its people no longer count as this partner's. Add the domain again for a new record.",
      (_) => "더 이상 이 파트너로 인정되지 않습니다. 도메인을 다시 추가하면 새 레코드가 만들어집니다.",
    ],
  },
  looks: {
    found: ["found", "찾음"],
    missing: ["not found", "없음"],
    wildcard: ["a wildcard answers", "와일드카드 응답"],
    failed: ["the DNS did not answer", "DNS 응답 없음"],
  },
  notYet: ["not yet", "아직 없음"],
  none: ["No domain is a partner's yet.", "아직 파트너 도메인이 없습니다."],
  gone: ["This domain is no partner's, or its row cannot be read.", "파트너 도메인이 아니거나 행을 읽을 수 없습니다."],
  record: ["The TXT record", "TXT 레코드"],
  recordName: ["Name", "이름"],
  copy: ["Copy the record", "레코드 복사"],
  signUps: ["Sign-ups from this domain", "이 도메인의 가입"],
});

export const trailedPartners: TrailedRows = {
  table: "partner",
  telling: ["state", "until"],
  subjectText: (_, subject) => parsePartnerDomain(subject),
  // The names are read again for each page, because they are in the visitor's language.
  get names() {
    const { state, until, look } = t.names;
    return { state, until, look };
  },
  onlyNamed: () => true,
  cellText(_, name, text) {
    const [{ states }, { looks }] = [partnerWords, t];
    const words: Readonly<Record<string, Readonly<Record<string, string>>>> = { state: states, look: looks };
    return words[name]?.[text];
  },
};
