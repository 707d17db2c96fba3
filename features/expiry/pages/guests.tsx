import type { ConsoleRoute, Visit } from "../../../console/app/visit";
import { refusalPage } from "../../../console/parts/back-link";
import { PostForm, SubmitButton } from "../../../console/parts/forms";
import { Table } from "../../../console/parts/table";
import { RowTime } from "../../../console/parts/time";
import { countText, shortenText, visible } from "../../../console/parts/value";
import { homes } from "../../../console/session/roles";
import { frameTexts } from "../../../console/texts/frame-texts";
import { pageTexts } from "../../../console/texts/languages";
import { DEFAULT_GATE } from "../../../engine/sign-up/gate";
import { unwrapRule } from "../../../engine/sign-up/policy";
import { sameMailbox } from "../../../engine/sign-up/spellings";
import { MS_PER_DAY } from "../../../engine/sign-up/time";
import { listPossibleEmails } from "../../../engine/unmatched";
import { type AccountRow, type AccountState, accountPerson } from "../../accounts/account";
import { type AccessResult, type AccessSay, laterEnd, restoreEnd } from "../../accounts/change";
import { readableAccount } from "../../accounts/store/accounts";
import { buildDecider, byVisitor } from "../../approvals/pages/approvals-parts";
import { findDenialsNow } from "../../explain/pages/denials";
import { accountLifecycleRow } from "../../person/pages/lifecycle-rows";
import { longDay, StandingBadge } from "../../person/pages/lifecycle-standing";
import { lifecycleTexts as l } from "../../person/pages/lifecycle-texts";
import { expiryIn, type GateExpiry } from "../expiry";
import { answeredBySponsor, answersFor, asksSponsor, endToRestore, mayLetEnd, noticeDays, sponsorActions } from "../renewable";
import { renewTexts } from "./mail-renewal-texts";

const GUESTS_PATH = `${homes.Decider}/guests`;

export async function sponsoredGuests(visit: Visit) {
  const sponsored = await sponsoredAccounts(visit);
  const id = visit.query("guest");
  const isListed = id === "" || sponsored.some(({ account }) => account.id === id);
  const answeredAccount = isListed ? undefined : asSponsored(visit, await readableAccount(visit.world.accounts(), id));
  const guests = answeredAccount === undefined ? sponsored : [answeredAccount, ...sponsored];
  if (guests.length === 0) return null;
  const deniedIds = await deniedGuests(visit, guests);
  return (
    <section id="guests">
      <h2>{t.title}</h2>
      <p class="hint">{t.lets}</p>
      {await entraHint(visit)}
      <Table
        caption={t.title}
        columns={[
          [frameTexts.person, ({ account }) => <bdi class="value">{shortenText(account.email, 80)}</bdi>],
          guests.some(({ account }) => account.state !== "in") && [
            frameTexts.state,
            ({ account }) => <StandingBadge row={accountLifecycleRow(account)} now={visit.now} />,
          ],
          [l.dates.ending, ({ account: { until = "" } }) => <RowTime at={until} />],
          [t.answer, (guest) => answerForm(visit, guest, deniedIds.has(guest.account.id))],
        ]}
        rows={guests}
      />
      {sponsored.length >= MOST_GUESTS ? <p class="note warn">{t.more(countText(visit, sponsored.length))}</p> : null}
    </section>
  );
}

/** Names Entra's own policies, as the newest run read them. */
async function entraHint({ world }: Visit) {
  const { runs } = await world.accessRuns.read();
  const { guestPolicies = [] } = runs.find((run) => run.guestPolicies !== undefined) ?? {};
  if (guestPolicies === "unknown" || guestPolicies.length === 0) return null;
  const names = guestPolicies.map(({ name }) => visible(name)).join(", ");
  return <p class="note">{guestPolicies.some(({ asksSponsors }) => asksSponsors) ? t.entraAsks(names) : t.entraEnds(names)}</p>;
}

function answerForm(visit: Visit, { account, expiry, was }: SponsoredAccount, isDenied: boolean) {
  const mail = renewTexts[visit.language];
  const button = (verb: Answer, text: string) => <SubmitButton text={text} name="verb" value={verb} class="quiet" />;
  return (
    <PostForm visit={visit} class="row-action" action={GUESTS_PATH} hidden={{ guest: `${account.id}/${account.turn}` }}>
      {account.renew === "nobody" ? t.letEnd : null}
      {was === undefined ? (
        <>
          {isDenied ? `${mail.deniedByList} ` : button("renew", mail.renew(longDay(visit, laterEnd(account, expiry.days, visit.now))))}
          {mayLetEnd(account) ? button("let-end", mail.letEnd) : null}
        </>
      ) : (
        <>
          {t.renewed(longDay(visit, account.endsAt))}
          {button("undo", frameTexts.undo)}
        </>
      )}
    </PostForm>
  );
}

const actions = { ...sponsorActions, undo: "access.end-restored" } as const;
type Answer = keyof typeof actions;

/** The write fails if the account's `turn` has changed since the page was shown. */
async function takeAnswer(visit: Visit): Promise<Response> {
  const [id = "", turn = ""] = visit.field("guest").split("/");
  const answer = visit.field("verb");
  const guest = asSponsored(visit, await readableAccount(visit.world.accounts(), id));
  const verbs: readonly Answer[] = guest?.was === undefined ? ["renew", "let-end"] : ["undo"];
  const verb = verbs.find((each) => each === answer);
  const isTheirs = verb !== undefined && guest !== undefined;
  if (isTheirs && verb === "renew" && (await deniedGuests(visit, [guest])).size > 0) {
    const why = renewTexts[visit.language].deniedByList;
    return await refusalPage(visit, { title: t.title, why, back: { path: homes.Decider, text: frameTexts.toRequests }, status: 409 });
  }
  if (isTheirs && (await writeAnswer(visit, verb, guest, Number(turn))))
    return visit.goTo(`${homes.Decider}?${new URLSearchParams({ guest: id })}#guests`);
  // The reply is the same for another person's account and for an unknown id. Otherwise it would reveal which accounts exist.
  const [why, status] = isTheirs ? ([frameTexts.stale, 409] as const) : ([t.gone, 404] as const);
  return await refusalPage(visit, { title: t.title, why, back: { path: homes.Decider, text: frameTexts.toRequests }, status });
}

/** @param turn the row's `turn` when the page was shown */
async function writeAnswer(visit: Visit, verb: Answer, { account, expiry, was = "" }: SponsoredAccount, turn: number): Promise<boolean> {
  const { world, now } = visit;
  const { id, email, reference } = account;
  const say: AccessSay = { by: byAccount(visit) };
  const step = (storedRow: AccountRow | undefined): AccessResult => {
    if (storedRow?.turn !== turn || asSponsored(visit, storedRow) === undefined) return { ok: false, why: "unknown" };
    return verb === "undo" ? restoreEnd(storedRow, was, say, now) : answeredBySponsor(storedRow, verb, expiry, say, now);
  };
  const entry = { action: actions[verb], subject: reference, after: { email } };
  return await visit.audited(entry, async () => (await world.accounts().change(id, step)).ok);
}

export const routes: readonly ConsoleRoute[] = [
  { method: "POST", path: GUESTS_PATH, access: "Decider", hidden: ["guest"], handler: takeAnswer },
];

const t = pageTexts({
  title: ["Guests you answer for", "내가 담당하는 게스트"],
  letEnd: ["You let it end.", "종료하기로 했습니다."],
  renewed: [(day: string) => `Renewed until ${day}.`, (day) => `${day}까지 갱신했습니다.`],
  answer: ["Your answer", "내 답변"],
  more: [
    (count: string) => `Only ${count} of your guests are shown. You see the others once you have answered about these.`,
    (count) => `담당 게스트 중 ${count}명만 표시합니다. 답변하면 나머지가 표시됩니다.`,
  ],
  lets: [
    "If you let it end, access ends on its day, and you get no more mail about it. Until then you can still renew.",
    "종료되도록 두면 종료일에 이용이 끝나며 관련 메일을 더 이상 받지 않습니다. 그 전에는 언제든지 갱신할 수 있습니다.",
  ],
  entraAsks: [
    (names: string) => `Entra asks you as well (${names}): My Account, Sponsored guests. Answer there, too.`,
    (names) => `Entra도 따로 묻습니다(${names}): My Account의 Sponsored guests. 그곳에서도 답하세요.`,
  ],
  entraEnds: [
    (names: string) => `Entra has policies for guests of its own, which may end access earlier: ${names}.`,
    (names) => `Entra의 자체 게스트 정책이 이용을 더 일찍 종료할 수 있습니다: ${names}.`,
  ],
  gone: [
    "You have no such guest, or somebody answered about them meanwhile.",
    "곧 종료되는 담당 게스트가 아니거나 그 사이에 처리되었습니다.",
  ],
});

/** Limit of the guests that are shown for one address of a sponsor. Further guests are shown once the first ones are answered. */
const MOST_GUESTS = 2_000;

type SponsoredAccount = NonNullable<ReturnType<typeof asSponsored>>;

function byAccount(visit: Visit) {
  return { ...byVisitor(visit), account: visit.session.subject };
}

/**
 * The visitor's guest. Undefined for another person's guest, and if there is nothing to answer or undo. `was` is the end before the
 * visitor's renewal.
 */
function asSponsored(visit: Visit, account: AccountRow | undefined) {
  if (account === undefined || !answersFor(account, buildDecider(visit))) return undefined;
  const expiry = expiryOfGate(visit, account.gate ?? DEFAULT_GATE);
  const was = endToRestore(account, byAccount(visit), visit.now);
  return expiry !== undefined && (was !== undefined || asksSponsor(account, expiry, visit.now)) ? { account, expiry, was } : undefined;
}

/** Guests with access come first, by earliest end; disabled guests follow, by latest end. */
async function sponsoredAccounts(visit: Visit): Promise<readonly SponsoredAccount[]> {
  const notices = visit.world.gates.flatMap((gate) => expiryOfGate(visit, gate) ?? []).filter(({ renew }) => renew === "sponsor");
  if (notices.length === 0) return [];
  const notice = Math.max(...notices.map(noticeDays));
  // The query covers one day more than the notice. `asSponsored` then selects the guests whose end is near.
  const before = new Date(visit.now.getTime() + (notice + 1) * MS_PER_DAY);
  const guests = await Promise.all(sponsorsSpoken(visit).map((sponsor) => readSponsoredGuests(visit, sponsor, before)));
  const foundAccounts = guests.flat().sort((one, other) => (one.account.endsAt < other.account.endsAt ? -1 : 1));
  const inState = (state: AccountState) => foundAccounts.filter(({ account }) => account.state === state);
  return [...inState("in"), ...inState("disabled").reverse()];
}

/** Returns the ids of guests whom the access list denies. Sponsors do not see the entry. */
async function deniedGuests(visit: Visit, guests: readonly SponsoredAccount[]): Promise<ReadonlySet<string>> {
  const deniedPeople = await findDenialsNow(
    visit,
    guests.map(({ account }) => accountPerson(account)),
  );
  return new Set([...deniedPeople].flatMap(([{ id }, { isPartial }]) => (isPartial ? [] : [id])));
}

/** Returns the addresses that the visitor answers for, in every spelling that a row may have. */
function sponsorsSpoken(visit: Visit): readonly string[] {
  const { addresses = [], standsInFor = [] } = buildDecider(visit);
  return [...new Set(listPossibleEmails([...addresses, ...standsInFor]).flatMap(sameMailbox))];
}

async function readSponsoredGuests(visit: Visit, sponsor: string, before: Date): Promise<readonly SponsoredAccount[]> {
  const foundAccounts: SponsoredAccount[] = [];
  for await (const page of visit.world.accounts(() => undefined).bySponsor(sponsor, before)) {
    if (foundAccounts.length >= MOST_GUESTS) break;
    const openAccounts = page.filter(({ state }) => state === "in" || state === "disabled");
    foundAccounts.push(...openAccounts.flatMap((account) => asSponsored(visit, account) ?? []));
  }
  return foundAccounts;
}

export function expiryOfGate({ world }: Visit, gate: string): GateExpiry | undefined {
  return expiryIn(world.policiesAt(gate).flatMap(({ rules }) => rules.map(unwrapRule)));
}
