import { makeMember } from "../../../adapters/operator/world";
import type { ConsoleRoute, Visit } from "../../../console/app/visit";
import { refusalPage } from "../../../console/parts/back-link";
import { PostForm, SubmitButton } from "../../../console/parts/forms";
import { gateName } from "../../../console/parts/gates";
import { Table } from "../../../console/parts/table";
import { momentText, RowTime } from "../../../console/parts/time";
import { countText, shortenText, visible } from "../../../console/parts/value";
import { homes } from "../../../console/session/roles";
import { frameTexts } from "../../../console/texts/frame-texts";
import { pageTexts } from "../../../console/texts/languages";
import { mailSubjects } from "../../../engine/mail/mail-line";
import { sameMailbox } from "../../../engine/sign-up/spellings";
import { MS_PER_DAY } from "../../../engine/sign-up/time";
import { listPossibleEmails } from "../../../engine/unmatched";
import { type AccountRow, type AccountState, accountPerson, earliestEnd } from "../../accounts/account";
import { laterEnd } from "../../accounts/change";
import { buildActor, buildDecider } from "../../approvals/pages/approvals-parts";
import { guestAnswers } from "../../expiry/acts";
import { type AskedGuest, findAskedGuest, type GuestAnswer } from "../../expiry/acts/guest";
import { accessWords } from "../../expiry/concern-words";
import type { GateExpiry } from "../../expiry/expiry";
import { mayLetEnd, noticeDays } from "../../expiry/renewable";
import { renewTexts } from "../../expiry/renewal-texts";
import { gateExpiry } from "../../expiry/world";
import { findDenialsNow } from "../../explain/pages/denials";
import { MailBadge } from "../../mails/pages/mail-alert";
import { accountLifecycleRow } from "./lifecycle-rows";
import { formatUntilEnd, longDay, StandingBadge } from "./lifecycle-standing";
import { lifecycleTexts as l } from "./lifecycle-texts";

export const GUESTS_PATH = `${homes.Decider}/guests`;

export async function sponsoredGuests(visit: Visit) {
  const sponsored = await sponsoredAccounts(visit);
  const id = visit.query("guest");
  const isListed = id === "" || sponsored.some(({ account }) => account.id === id);
  const answeredAccount = isListed
    ? undefined
    : (await visit.review(guestAnswers.renew, [{ id }], {}, sponsorActor(visit)))[0]?.state.guest;
  const guests = answeredAccount === undefined ? sponsored : [answeredAccount, ...sponsored];
  if (guests.length === 0) return null;
  const [deniedIds, mails] = await Promise.all([
    deniedGuests(visit, guests),
    visit.world.mailLines(guests.map(({ account: { id } }) => mailSubjects.account(id))),
  ]);
  return (
    <section id="guests">
      <h2>{t.title}</h2>
      <p class="hint">{t.lets}</p>
      {await entraHint(visit)}
      <Table
        caption={t.title}
        columns={[
          [
            frameTexts.person,
            ({ account }) => [
              <bdi class="value">{shortenText(account.email, 80)}</bdi>,
              " ",
              <MailBadge visit={visit} lines={mails.get(mailSubjects.account(account.id))} />,
            ],
          ],
          guests.some(({ account }) => account.state !== "in") && [
            frameTexts.state,
            ({ account }) => <StandingBadge row={accountLifecycleRow(account)} now={visit.now} />,
          ],
          [t.letIn, ({ account }) => <RowTime at={account.letInAt} />],
          guests.some(({ account }) => account.gate !== undefined) && [frameTexts.gate, ({ account }) => gateName(account.gate)],
          // Sponsors see sign-ins only where access ends by them.
          guests.some(({ expiry }) => expiry.idle !== undefined) && [t.signIn, lastSignIn],
          [
            l.dates.ending,
            ({ account }) => [<RowTime at={earliestEnd(account) ?? ""} />, formatUntilEnd(visit, accountLifecycleRow(account))],
          ],
          [t.answer, (guest) => answerForm(visit, guest, deniedIds.has(guest.account.id))],
        ]}
        rows={guests}
      />
      {sponsored.length >= MOST_GUESTS ? <p class="note warn">{t.more(countText(visit, sponsored.length))}</p> : null}
    </section>
  );
}

export function lastSignIn({
  account: { seenAt, seenBy },
  expiry,
}: Pick<AskedGuest, "account"> & { readonly expiry: GateExpiry | undefined }) {
  if (expiry?.idle === undefined) return null;
  if (seenAt === undefined) return t.unknown;
  return [<RowTime at={seenAt} />, seenBy === "attempt" ? <small> {t.attempt}</small> : null];
}

/** Names Entra's own policies, as the newest run read them. */
async function entraHint({ world }: Visit) {
  const { runs } = await world.accessRuns.read();
  const { guestPolicies = [] } = runs.find((run) => run.guestPolicies !== undefined) ?? {};
  if (guestPolicies === "unknown" || guestPolicies.length === 0) return null;
  const names = guestPolicies.map(({ name }) => visible(name)).join(", ");
  return <p class="note">{guestPolicies.some(({ asksSponsors }) => asksSponsors) ? t.entraAsks(names) : t.entraEnds(names)}</p>;
}

function answerForm(visit: Visit, { account, expiry, was }: AskedGuest, isDenied: boolean) {
  const mail = renewTexts[visit.language];
  const button = (verb: GuestAnswer, text: string) => <SubmitButton text={text} name="verb" value={verb} class="quiet" />;
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

/** The write fails if the account's `turn` has changed since the page was shown. */
async function takeAnswer(visit: Visit): Promise<Response> {
  const [id = "", seen = ""] = visit.field("guest").split("/");
  const verb = (Object.keys(guestAnswers) as readonly GuestAnswer[]).find((each) => each === visit.field("verb"));
  const result = verb && (await visit.carryOut(guestAnswers[verb], { target: { id }, seen, input: {}, answered: [] }, sponsorActor(visit)));
  if (result?.kind === "done") return visit.goTo(`${homes.Decider}?${new URLSearchParams({ guest: id })}#guests`);
  const [refusal] = result?.kind === "stopped" ? result.concerns : [];
  // The reply is the same for another person's account and for an unknown id. Otherwise it would reveal which accounts exist.
  const isStale = result?.kind === "changed" || refusal?.code === "answered";
  const isTheirs = isStale || refusal?.code === "denied-by-list";
  const why = isStale ? frameTexts.stale : (refusal?.text(momentText) ?? accessWords.notAsked);
  const back = { path: homes.Decider, text: frameTexts.toRequests };
  return await refusalPage(visit, { title: t.title, why, back, status: isTheirs ? 409 : 404 });
}

export const routes: readonly ConsoleRoute[] = [
  { method: "POST", path: GUESTS_PATH, access: "Decider", hidden: ["guest"], handler: takeAnswer },
];

const t = pageTexts({
  title: ["Guests you answer for", "내가 담당하는 게스트"],
  letIn: ["Let in", "허용"],
  signIn: ["Last sign-in", "마지막 로그인"],
  unknown: ["not known", "알 수 없음"],
  attempt: ["only an attempt is known", "시도만 알려짐"],
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
});

/** Limit of the guests that are shown for one address of a sponsor. Further guests are shown once the first ones are answered. */
const MOST_GUESTS = 2_000;

/** The visitor as the sponsor of their guests. */
export function sponsorActor(visit: Visit) {
  return { ...visit.author, via: "console" as const, ...buildActor(visit), account: visit.session.subject };
}

function findSponsored(visit: Visit, account: AccountRow | undefined): AskedGuest | undefined {
  return findAskedGuest(account, makeMember(gateExpiry, visit.world.place), sponsorActor(visit), visit.now);
}

/** The `expiry` of each gate whose sponsors renew. */
export function listSponsorGates({ world }: Visit): readonly GateExpiry[] {
  return world.gates.flatMap((gate) => makeMember(gateExpiry, world.place)(gate) ?? []).filter(({ renew }) => renew === "sponsor");
}

/** Guests with access come first, by earliest end; disabled guests follow, by latest end. */
async function sponsoredAccounts(visit: Visit): Promise<readonly AskedGuest[]> {
  const notices = listSponsorGates(visit);
  if (notices.length === 0) return [];
  const notice = Math.max(...notices.map(noticeDays));
  // The query covers one day more than the notice. `findSponsored` then selects the guests whose end is near.
  const before = new Date(visit.now.getTime() + (notice + 1) * MS_PER_DAY);
  const guests = await Promise.all(listSpokenSponsors(visit).map((sponsor) => readSponsoredGuests(visit, sponsor, before)));
  const foundAccounts = guests.flat().sort((one, other) => (one.account.endsAt < other.account.endsAt ? -1 : 1));
  const filterState = (state: AccountState) => foundAccounts.filter(({ account }) => account.state === state);
  return [...filterState("in"), ...filterState("disabled").reverse()];
}

/** Returns the ids of guests whom the access list denies. Sponsors do not see the entry. */
async function deniedGuests(visit: Visit, guests: readonly AskedGuest[]): Promise<ReadonlySet<string>> {
  const deniedPeople = await findDenialsNow(
    visit,
    guests.map(({ account }) => accountPerson(account)),
  );
  return new Set([...deniedPeople].flatMap(([{ id }, { isPartial }]) => (isPartial ? [] : [id])));
}

/** Returns the addresses that the visitor answers for, in every spelling that a row may have. */
export function listSpokenSponsors(visit: Visit): readonly string[] {
  const { addresses = [], standsInFor = [] } = buildDecider(visit);
  return [...new Set(listPossibleEmails([...addresses, ...standsInFor]).flatMap(sameMailbox))];
}

async function readSponsoredGuests(visit: Visit, sponsor: string, before: Date): Promise<readonly AskedGuest[]> {
  const foundAccounts: AskedGuest[] = [];
  for await (const page of visit.world.accounts(() => undefined).bySponsor(sponsor, before)) {
    if (foundAccounts.length >= MOST_GUESTS) break;
    const openAccounts = page.filter(({ state }) => state === "in" || state === "disabled");
    foundAccounts.push(...openAccounts.flatMap((account) => findSponsored(visit, account) ?? []));
  }
  return foundAccounts;
}
