import { computeRowVersion, type Item, toItem, toRow } from "../../../adapters/tables/item";
import { asAnother } from "../../../console/app/frame";
import type { ConsoleRoute, Visit } from "../../../console/app/visit";
import { endCell } from "../../../console/editor/cell-view";
import { isAsShown, removedNote, writeRow } from "../../../console/editor/row-parts";
import { describeAddressProblem } from "../../../console/parts/address-problem";
import { pageWithForm } from "../../../console/parts/back-link";
import { Alert, ButtonLink, type FormProblem, PostForm, SentField, SubmitButton, tooLong } from "../../../console/parts/forms";
import { Table } from "../../../console/parts/table";
import { dayName, lastDayName } from "../../../console/parts/time";
import { plainText, shortenText, visible } from "../../../console/parts/value";
import { UNDO_PARAMETER } from "../../../console/parts/with-query";
import { homes } from "../../../console/session/roles";
import { frameTexts } from "../../../console/texts/frame-texts";
import { capitaliseTitle, pageTexts } from "../../../console/texts/languages";
import { normaliseEmail } from "../../../engine/sign-up/email";
import type { Row } from "../../../engine/sign-up/rule";
import { toBaseSpelling } from "../../../engine/sign-up/spellings";
import { entryWords } from "../../access-list/entry-words";
import { writtenList } from "../../access-list/pages/access-list-parts";
import { contactDomain, partnerStanding } from "../../access-list/partner";
import { describeProblem } from "../../access-list/problem-texts";
import { readRow } from "../../access-list/row";
import { ownRequestRoutes } from "../../approvals/pages/own-requests";
import {
  isPartnerEntry,
  lastAllowDay,
  MAX_PARTNER_ENTRIES,
  PARTNER_ALLOW_DAYS,
  type PartnerEntryFlaw,
  partnerEntry,
  planPartnerEntry,
} from "../entries";

// A partner's contact sees the waiting requests of their own domain and the partner's own entries in the list, nothing else of the console.

const PARTNER_LIST_PATH = `${homes.Partner}/list`;

const ownRequests = ownRequestRoutes({
  path: homes.Partner,
  access: "Partner",
  scope: (visit) => ({ domain: getPartnerDomain(visit) }),
  title: ({ partnerDomain = "" }) => t.requests(visible(partnerDomain)),
  more: async () => (
    <p>
      <a href={PARTNER_LIST_PATH}>{t.toList}</a>
    </p>
  ),
});

/**
 * Returns the contact's domain, or a page if the domain is not proven. Reads the domain's row at each request, so that a contact sees
 * nothing more once the proof is lost.
 */
export async function provenContact(visit: Visit): Promise<Pick<Visit, "partnerDomain"> | Response> {
  const { world, session, now } = visit;
  const domain = contactDomain(session.userNames ?? []);
  if (domain !== undefined && partnerStanding(await world.partners.of(domain), now) !== "none") return { partnerDomain: domain };
  const other = asAnother(visit.context);
  const names = [...new Set([session.name, ...(session.userNames ?? [])])].map(visible).join(", ");
  return await visit.page(
    t.notProven,
    <>
      <p>{t.why(names)}</p>
      <p class="actions">
        <ButtonLink path={other.path} text={other.text} />
      </p>
    </>,
    { status: 403 },
  );
}

/** A contact's page always has `partnerDomain`; if it is missing, the empty text matches no row. */
function getPartnerDomain({ partnerDomain }: Visit): string {
  return partnerDomain ?? "";
}

async function showList(visit: Visit, problems: readonly FormProblem[] = [], status?: 409): Promise<Response> {
  const domain = getPartnerDomain(visit);
  const items = (await visit.world.accessList.ofPartner(domain)).filter((item) => isPartnerEntry(toRow(item), domain));
  return await pageWithForm(
    visit,
    { title: t.title(visible(domain)), problems, back: { path: homes.Partner, text: t.back }, status },
    <>
      {problems.length > 0 ? null : renderJustDone(visit)}
      <p class="hint">{t.only(visible(domain))}</p>
      <Table
        caption={t.caption}
        columns={[
          [t.address, ({ row }) => <bdi class="value">{visible(String(row.entry))}</bdi>],
          [t.effect, ({ row }) => [frameTexts[readRow(row).effect], describeSuspension(visit, row)]],
          [t.expires, ({ row }) => endCell(visit, plainText(row.expiresAt), (readRow(row).expiresAt ?? Infinity) <= visit.now.getTime())],
          [frameTexts.note, ({ row: { note } }) => typeof note === "string" && note !== "" && <bdi>{shortenText(note)}</bdi>],
          [frameTexts.remove, ({ item, row }) => removeForm(visit, String(row.entry), computeRowVersion(item))],
        ]}
        rows={items.map((item) => ({ item, row: toRow(item) }))}
        lines
        empty={t.none}
      />
      {addForm(visit, problems)}
    </>,
  );
}

function describeSuspension(visit: Visit, row: Row): string {
  const { allowedUntil = 0 } = readRow(row);
  return allowedUntil > visit.now.getTime() ? `, ${visit.say(entryWords).allowedUntil(lastDayName(visit, allowedUntil))}` : "";
}

function renderJustDone(visit: Visit) {
  const key = visit.query(UNDO_PARAMETER);
  const note = (
    <Alert kind="good">{visit.done({ allow: t.done.allow(shortenText(key, 80)), deny: t.done.deny(shortenText(key, 80)) })}</Alert>
  );
  return removedNote(visit, `${PARTNER_LIST_PATH}/undo`, { key }) ?? note;
}

function removeForm(visit: Visit, entry: string, version: string) {
  return (
    <PostForm visit={visit} action={`${PARTNER_LIST_PATH}/remove`} hidden={{ key: entry, version }}>
      <SubmitButton text={frameTexts.remove} class="quiet" aria-label={frameTexts.removeIt(visible(entry))} />
    </PostForm>
  );
}

function addForm(visit: Visit, problems: readonly FormProblem[]) {
  return (
    <PostForm visit={visit} class="card" action={`${PARTNER_LIST_PATH}/add`}>
      <h2>{t.add}</h2>
      <div class="fields">
        <div>
          <SentField visit={visit} problems={problems} id="entry" label={t.address} required autocapitalize="off" />
        </div>
        <div>
          <SentField
            visit={visit}
            problems={problems}
            id="expiresAt"
            type="date"
            label={t.expires}
            hint={t.expiresHint(PARTNER_ALLOW_DAYS)}
          />
        </div>
        <div>
          <SentField visit={visit} problems={problems} id="note" label={frameTexts.note} />
        </div>
      </div>
      <p class="actions">
        <SubmitButton text={frameTexts.allow} name="effect" value="allow" />
        <SubmitButton text={frameTexts.deny} name="effect" value="deny" class="danger" />
      </p>
    </PostForm>
  );
}

function describeFlaw(visit: Visit, flaw: Exclude<PartnerEntryFlaw, "end">, domain: string): string {
  const typedText = visit.field("entry");
  if (flaw === "domain") return t.otherDomain(visible(domain));
  if (flaw === "spelling") return t.spelling(toBaseSpelling(normaliseEmail(typedText) ?? typedText));
  return (flaw === "address" ? describeAddressProblem(visit, typedText) : undefined) ?? t.flaws[flaw];
}

/** Writes a new row, or replaces one of the partner's own. An operator's row stays. */
async function add(visit: Visit): Promise<Response> {
  const { world, now, field } = visit;
  const domain = getPartnerDomain(visit);
  const typedEntry = { entry: field("entry"), effect: field("effect"), expiresAt: field("expiresAt").trim(), note: field("note").trim() };
  const refuse = (name: string, text: string, status?: 409) => showList(visit, [{ field: name, text }], status);
  const long = tooLong(visit, typedEntry.note);
  if (long !== undefined) return await refuse("note", long);
  const read = partnerEntry(typedEntry, domain, now);
  if ("flaw" in read) {
    if (read.flaw === "end") return await refuse("expiresAt", t.badEnd(dayName({ ...visit, zone: "UTC" }, new Date(lastAllowDay(now)))));
    return await refuse("entry", describeFlaw(visit, read.flaw, domain));
  }
  const entry = String(read.row.entry);
  const before = await world.accessList.get(entry);
  if (before !== undefined && !isPartnerEntry(toRow(before), domain)) return await refuse("entry", t.taken, 409);
  if (before === undefined && (await isFull(visit))) return await refuse("entry", t.full(MAX_PARTNER_ENTRIES), 409);
  const planned = planPartnerEntry(read.row, before && toRow(before), now);
  if ("problem" in planned) return await refuse("entry", capitaliseTitle(describeProblem(planned.problem, visit.language)));
  const after = toItem(planned.row);
  if (await writeRow(visit, writtenList, { before, after })) return goToList(visit, after, entry);
  return await refuse("entry", frameTexts.stale, 409);
}

async function remove(visit: Visit): Promise<Response> {
  const before = await visit.world.accessList.get(visit.field("key"));
  const isTheirs = before !== undefined && isPartnerEntry(toRow(before), getPartnerDomain(visit));
  const isRemoved = isTheirs && isAsShown(visit, before) && (await writeRow(visit, writtenList, { before }));
  return isRemoved ? goToList(visit, undefined, visit.field("key")) : await showList(visit, [frameTexts.stale], 409);
}

async function undo(visit: Visit): Promise<Response> {
  const entry = visit.field("key");
  const after = await writtenList.removed(visit, { entry });
  if (after === undefined || !isPartnerEntry(toRow(after), getPartnerDomain(visit))) return await showList(visit, [frameTexts.stale], 409);
  if (await isFull(visit)) return await showList(visit, [t.full(MAX_PARTNER_ENTRIES)], 409);
  return (await writeRow(visit, writtenList, { after })) ? goToList(visit, after, entry) : await showList(visit, [frameTexts.stale], 409);
}

async function isFull(visit: Visit): Promise<boolean> {
  return (await visit.world.accessList.ofPartner(getPartnerDomain(visit))).length >= MAX_PARTNER_ENTRIES;
}

function goToList(visit: Visit, after: Item | undefined, entry: string): Response {
  const what = after?.allowedUntil === undefined ? (after?.effect?.S ?? "removed") : "allow";
  return visit.goTo(`${PARTNER_LIST_PATH}?${new URLSearchParams({ done: what, [UNDO_PARAMETER]: entry })}`);
}

export const routes: readonly ConsoleRoute[] = [
  ...ownRequests,
  { method: "GET", path: PARTNER_LIST_PATH, access: "Partner", asks: { [UNDO_PARAMETER]: "any" }, handler: (visit) => showList(visit) },
  { method: "POST", path: `${PARTNER_LIST_PATH}/add`, access: "Partner", handler: add },
  { method: "POST", path: `${PARTNER_LIST_PATH}/remove`, access: "Partner", hidden: ["key", "version"], handler: remove },
  { method: "POST", path: `${PARTNER_LIST_PATH}/undo`, access: "Partner", hidden: ["key"], handler: undo },
];

const t = pageTexts({
  requests: [(domain: string) => `Requests of ${domain}`, (domain) => `${domain}의 요청`],
  toList: ["Your list: addresses that you allow or deny", "내 목록: 허용하거나 거부하는 주소"],
  notProven: ["Your domain is not proven", "도메인이 증명되지 않았습니다"],
  why: [
    (name: string) =>
      `You are signed in as ${name}. This page is for partners whose domain is proven by a TXT record, and the domain of your address is not, or is not proven any more. Ask the organisation that gave you this address.`,
    (name) =>
      `${name} 계정으로 로그인했습니다. 이 페이지는 TXT 레코드로 도메인을 증명한 파트너용입니다. 이 주소의 도메인은 증명되지 않았거나 더 이상 증명되어 있지 않습니다. 이 페이지를 안내한 조직에 문의하세요.`,
  ],
  title: [(domain: string) => `Your list for ${domain}`, (domain) => `${domain} 목록`],
  only: [
    (domain: string) =>
      `Here you allow or deny single addresses at ${domain}, from the next sign-up on. The organization that you sign in to has rules of its own: they can refuse somebody that you allow.`,
    (domain) =>
      `${domain}의 개별 주소를 허용하거나 거부합니다. 다음 가입부터 적용됩니다. 로그인한 조직에는 자체 규칙이 있어 여기서 허용한 사람도 거부될 수 있습니다.`,
  ],
  caption: ["Your entries", "등록한 항목"],
  none: ["Your list is empty.", "목록이 비어 있습니다."],
  add: ["Add an address", "주소 추가"],
  address: ["Address", "주소"],
  effect: ["What happens", "처리"],
  expires: ["Last day", "마지막 날"],
  expiresHint: [
    (days: number) => `An allow ends after ${days} days at the latest: allow it again to go on. Empty: as long as possible.`,
    (days) => `허용은 최대 ${days}일 동안 유지됩니다. 계속하려면 다시 허용하세요. 비워 두면 가능한 한 오래 유지됩니다.`,
  ],
  done: {
    allow: [(entry: string) => `${entry} is allowed.`, (entry) => `${entry} 주소를 허용합니다.`],
    deny: [(entry: string) => `${entry} is denied.`, (entry) => `${entry} 주소를 거부합니다.`],
  },
  otherDomain: [
    (domain: string) => `Only addresses at ${domain}, without subdomains.`,
    (domain) => `${domain} 주소만 넣을 수 있습니다(하위 도메인 제외).`,
  ],
  spelling: [
    (mailbox: string) => `Your list has one spelling for each mailbox: write ${mailbox}.`,
    (mailbox) => `사서함마다 한 가지 표기만 씁니다. 이렇게 입력하세요: ${mailbox}`,
  ],
  flaws: {
    address: ["This address is too long.", "주소가 너무 깁니다."],
    effect: ["Choose whether to allow or to deny.", "허용 또는 거부를 선택하세요."],
  },
  badEnd: [
    (last: string) => `Choose a day from today on. An allow may last until ${last}.`,
    (last) => `오늘 이후의 날짜를 선택하세요. 허용은 ${last}까지 가능합니다.`,
  ],
  taken: ["This address cannot be on your list. Ask the organization.", "이 주소는 목록에 넣을 수 없습니다. 로그인한 조직에 문의하세요."],
  full: [(count: number) => `Your list is full, with ${count} entries.`, (count) => `목록이 가득 찼습니다(최대 ${count}개).`],
  back: ["Requests", "요청"],
});
