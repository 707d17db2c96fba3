import type { ConsoleRoute, Visit } from "../../../console/app/visit";
import { pageWithForm, refusalPage } from "../../../console/parts/back-link";
import { Alert, InputField, PostForm, SubmitButton, tooLong } from "../../../console/parts/forms";
import { gateFact, hasGates } from "../../../console/parts/gates";
import { Facts, Table } from "../../../console/parts/table";
import { Moment, RowTime } from "../../../console/parts/time";
import { shortened, ValueLink, visible } from "../../../console/parts/value";
import { homes } from "../../../console/session/roles";
import { frameTexts } from "../../../console/texts/frame-texts";
import { pageTexts } from "../../../console/texts/languages";
import { normaliseEmail } from "../../../engine/sign-up/email";
import { DEFAULT_GATE } from "../../../engine/sign-up/gate";
import { sameMailbox } from "../../../engine/sign-up/kept-spellings";
import { ruleOf } from "../../../engine/sign-up/policy";
import { MS_PER_DAY } from "../../../engine/sign-up/time";
import type { AccountRow, AccountState } from "../../accounts/account";
import { type AccessResult, type AccessSay, laterEnd } from "../../accounts/change";
import { readableAccount } from "../../accounts/store/accounts";
import { byVisitor, deciderOf } from "../../approvals/pages/approvals-parts";
import { accountLifecycleRow } from "../../person/pages/lifecycle-rows";
import { longDay, StandingBadge } from "../../person/pages/lifecycle-standing";
import { lifecycleTexts as l } from "../../person/pages/lifecycle-texts";
import { expiryIn, type GateExpiry } from "../expiry";
import {
  answeredBySponsor,
  answersFor,
  asksSponsor,
  isSponsorAnswer,
  mayLetEnd,
  noticeDays,
  type SponsorAnswer,
  sponsorActions,
} from "../renewable";
import { renewTexts } from "./mail-renewal-texts";

// Sponsors renew the access of their guests, or let it end.

const GUESTS_PATH = `${homes.Decider}/guests`;

/** The guests whose access ends, below the requests that ask the visitor. Null if no policy asks sponsors. */
export async function sponsoredGuests(visit: Visit) {
  if (expiryOfAll(visit).length === 0) return null;
  const { found, cut } = await sponsoredAccounts(visit);
  return (
    <section>
      <h2>{t.title}</h2>
      <Alert kind="good">{await justAnswered(visit)}</Alert>
      <p class="hint">{t.what}</p>
      <Table
        caption={t.title}
        columns={[
          [frameTexts.person, ({ id, email }) => <ValueLink path={`${GUESTS_PATH}/${encodeURIComponent(id)}`} text={email} />],
          [l.state, (account) => <StandingBadge row={accountLifecycleRow(account)} now={visit.now} />],
          [l.dates.ending, ({ until = "" }) => <RowTime visit={visit} at={until} />],
          found.some(({ account }) => isLeftToEnd(account)) && [t.answer, (account) => (isLeftToEnd(account) ? t.letEnd : null)],
        ]}
        rows={found.map(({ account }) => account)}
        empty={t.none}
      />
      {cut ? <p class="hint">{t.cut(MOST_ACCOUNTS)}</p> : null}
    </section>
  );
}

/** Names the guest whose access the visitor renewed or left to end a moment ago. */
async function justAnswered(visit: Visit): Promise<string | undefined> {
  const verb = visit.query("done");
  if (!isSponsorAnswer(verb)) return undefined;
  const account = await readableAccount(visit.world.accounts(), visit.query("guest"));
  return account !== undefined && answersFor(account, deciderOf(visit)) ? t.did[verb](visible(account.email)) : undefined;
}

function isLeftToEnd({ renew }: AccountRow): boolean {
  return renew === "nobody";
}

async function show(visit: Visit): Promise<Response> {
  const guest = await sponsoredAccount(visit, visit.context.req.param("id") ?? "");
  return guest === undefined ? await showGone(visit) : await showGuest(visit, guest);
}

/** Answers the same for others' accounts and for none, so that it does not reveal which exist. */
function showGone(visit: Visit): Promise<Response> {
  return refusalPage(visit, { title: t.title, why: t.gone, back: { path: homes.Decider, text: frameTexts.toRequests }, status: 404 });
}

/** @param problem what kept an answer from being taken */
function showGuest(visit: Visit, { account, expiry }: SponsoredAccount, problem?: string, status?: 400 | 409): Promise<Response> {
  const { id, turn, email, until = "", gate, reference, letInAt, state } = account;
  const problems = problem === undefined ? [] : [problem];
  const mail = renewTexts[visit.language];
  return pageWithForm(
    visit,
    { title: shortened(email, 80), problems, back: { path: homes.Decider, text: frameTexts.toRequests }, status },
    <>
      <Facts
        facts={[
          [l.state, <StandingBadge row={accountLifecycleRow(account)} now={visit.now} />],
          [l.dates.ending, <Moment at={until} />],
          [mail.since, <Moment at={letInAt} />],
          ...(hasGates(visit) ? gateFact(visit, gate === undefined ? {} : { gate }) : []),
          [l.code, visible(reference)],
          [t.answer, isLeftToEnd(account) ? t.letEnd : t.unanswered],
        ]}
      />
      <PostForm visit={visit} class="card narrow" action={GUESTS_PATH} hidden={{ guest: `${id}/${turn}` }}>
        <p class="hint">{[mail.renews(expiry.days), ...(state === "disabled" ? [t.enabled] : [])].join(" ")}</p>
        {mayLetEnd(account) ? <p class="hint">{t.lets}</p> : null}
        <p>
          <InputField
            id="note"
            label={t.reason}
            hint={t.reasonHint}
            value={visit.field("note")}
            problem={tooLong(visit, visit.field("note"))}
          />
        </p>
        <p class="actions">
          <SubmitButton text={mail.renew(longDay(visit, laterEnd(account, expiry.days, visit.now)))} name="verb" value="renew" />
          {mayLetEnd(account) ? <SubmitButton text={mail.letEnd} name="verb" value="let-end" class="quiet" /> : null}
        </p>
      </PostForm>
    </>,
  );
}

/** Reads the account here for its sponsor, and again for the write: another turn means that it is not as shown. */
async function takeAnswer(visit: Visit): Promise<Response> {
  const [id = "", turn = ""] = visit.field("guest").split("/");
  const verb = visit.field("verb");
  const guest = await sponsoredAccount(visit, id);
  if (!isSponsorAnswer(verb) || guest === undefined) return await showGone(visit);
  const problem = tooLong(visit, visit.field("note"));
  if (problem !== undefined) return await showGuest(visit, guest, problem);
  if (await writeAnswer(visit, verb, guest, Number(turn)))
    return visit.goTo(`${homes.Decider}?${new URLSearchParams({ done: verb, guest: id })}`);
  const now = await sponsoredAccount(visit, id);
  return now === undefined ? await showGone(visit) : await showGuest(visit, now, frameTexts.stale, 409);
}

/** Writes it, with its entry in the trail. @returns whether it was written @param turn of the row that was shown */
async function writeAnswer(visit: Visit, verb: SponsorAnswer, { account, expiry }: SponsoredAccount, turn: number): Promise<boolean> {
  const { world, now } = visit;
  const { id, email, reference } = account;
  const note = visit.field("note").trim();
  const said = note === "" ? {} : { note };
  const say: AccessSay = { by: byVisitor(visit), ...said };
  const step = (stored: AccountRow | undefined): AccessResult => {
    if (stored?.turn !== turn || asSponsored(visit, stored) === undefined) return { ok: false, why: "unknown" };
    return answeredBySponsor(stored, verb, expiry, say, now);
  };
  const entry = { action: sponsorActions[verb], subject: reference, after: { email, ...said } };
  return await visit.audited(entry, async () => (await world.accounts().change(id, step)).ok);
}

export const routes: readonly ConsoleRoute[] = [
  { method: "GET", path: `${GUESTS_PATH}/:id`, access: "Decider", handler: show },
  { method: "POST", path: GUESTS_PATH, access: "Decider", hidden: ["guest"], handler: takeAnswer },
];

const t = pageTexts({
  title: ["Guests you answer for", "내가 담당하는 게스트"],
  what: ["Their access ends soon, or has ended. Renew it if they still need it.", "이용 기한이 곧 끝나거나 끝남. 필요하면 갱신하세요."],
  none: ["No access of your guests ends soon.", "곧 이용 기한이 끝나는 게스트가 없습니다."],
  cut: [
    (most: number) => `Of your ${most} guests whose access ends first.`,
    (most) => `이용 기한이 먼저 끝나는 ${most}명 중에서 표시했습니다.`,
  ],
  unanswered: ["Not answered", "답변 안 함"],
  letEnd: ["You let it end", "종료하기로 함"],
  answer: ["Your answer", "내 답변"],
  enabled: ["A disabled account is enabled within the hour.", "비활성화된 계정은 한 시간 안에 다시 활성화됩니다."],
  lets: [
    "If you let it end, access ends on its day, and you get no more mail about it. Until then you can still renew.",
    "종료되도록 두면 종료일에 이용이 끝나며 관련 메일을 더 이상 받지 않습니다. 그 전에는 언제든지 갱신할 수 있습니다.",
  ],
  reason: ["Reason (optional)", "사유(선택)"],
  reasonHint: ["Operators see it in the person's history.", "운영자가 이 사람의 기록에서 볼 수 있습니다."],
  did: {
    renew: [(email: string) => `You renewed the access of ${email}.`, (email) => `${email}의 이용 기한을 갱신했습니다.`],
    "let-end": [(email: string) => `You let the access of ${email} end.`, (email) => `${email}의 이용이 종료되도록 두었습니다.`],
  },
  gone: ["There is no such guest of yours, or it was answered meanwhile.", "곧 종료되는 담당 게스트가 아니거나 그 사이에 처리되었습니다."],
});

// The accounts whose end the visitor decides on, as their sponsor.

const MOST_ACCOUNTS = 2_000;

/** The expiry of gates whose policy asks sponsors. */
function expiryOfAll(visit: Visit): readonly GateExpiry[] {
  return visit.world.gates.flatMap((gate) => expiryOfGate(visit, gate) ?? []).filter(({ renew }) => renew === "sponsor");
}

/** An account whose end asks the visitor. */
type SponsoredAccount = NonNullable<ReturnType<typeof asSponsored>>;

/** Undefined for somebody else's guest, and for one whose end is not near. */
function asSponsored(visit: Visit, account: AccountRow | undefined) {
  if (account === undefined || !answersFor(account, deciderOf(visit))) return undefined;
  const expiry = expiryOfGate(visit, account.gate ?? DEFAULT_GATE);
  return expiry !== undefined && asksSponsor(account, expiry, visit.now) ? { account, expiry } : undefined;
}

/** The same of one account; undefined too for one that is not there, or cannot be read. */
async function sponsoredAccount(visit: Visit, id: string): Promise<SponsoredAccount | undefined> {
  return asSponsored(visit, await readableAccount(visit.world.accounts(), id));
}

/** All of them: those whose access ends first, then disabled ones, the last ended first. `cut`: there are more than are looked at. */
async function sponsoredAccounts(visit: Visit): Promise<{ readonly found: readonly SponsoredAccount[]; readonly cut: boolean }> {
  const notice = Math.max(...expiryOfAll(visit).map(noticeDays));
  // A day more: which of them are near their end is for `asSponsored`.
  const before = new Date(visit.now.getTime() + (notice + 1) * MS_PER_DAY);
  const guests = await Promise.all(sponsorsSpoken(visit).map((sponsor) => guestsOf(visit, sponsor, before)));
  const found = guests.flatMap((each) => each.found).sort((one, other) => (one.account.endsAt < other.account.endsAt ? -1 : 1));
  const inState = (state: AccountState) => found.filter(({ account }) => account.state === state);
  return { found: [...inState("in"), ...inState("disabled").reverse()], cut: guests.some(({ cut }) => cut) };
}

/** The addresses for which the visitor answers, in every spelling that a row may have. */
function sponsorsSpoken(visit: Visit): readonly string[] {
  const { addresses = [], standsInFor = [] } = deciderOf(visit);
  return [...new Set([...addresses, ...standsInFor].flatMap((each) => normaliseEmail(each) ?? []).flatMap(sameMailbox))];
}

async function guestsOf(visit: Visit, sponsor: string, before: Date) {
  const found: SponsoredAccount[] = [];
  let count = 0;
  for await (const page of visit.world.accounts(() => undefined).bySponsor(sponsor, before)) {
    if (count >= MOST_ACCOUNTS) return { found, cut: true };
    found.push(...page.flatMap((account) => asSponsored(visit, account) ?? []));
    count += page.length;
  }
  return { found, cut: false };
}

/** A gate's rule about the end of access; undefined if its policy has none. */
export function expiryOfGate({ world }: Visit, gate: string): GateExpiry | undefined {
  return expiryIn(world.policiesAt(gate).flatMap(({ rules }) => rules.map(ruleOf)));
}
