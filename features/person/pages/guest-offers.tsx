import type { ActResult } from "../../../adapters/operator/act";
import { makeMember } from "../../../adapters/operator/world";
import type { ConsoleRoute, Visit } from "../../../console/app/visit";
import { describeAddressProblem } from "../../../console/parts/address-problem";
import { pageWithForm, refusalPage } from "../../../console/parts/back-link";
import { Alert, type FormProblem, PostForm, SentField, SubmitButton, tooLong } from "../../../console/parts/forms";
import { gateName } from "../../../console/parts/gates";
import { Table } from "../../../console/parts/table";
import { dayName, momentText, RowTime } from "../../../console/parts/time";
import { ShownValue, shortenText, visible } from "../../../console/parts/value";
import { homes } from "../../../console/session/roles";
import { frameTexts } from "../../../console/texts/frame-texts";
import { pageTexts } from "../../../console/texts/languages";
import { DEFAULT_GATE } from "../../../engine/sign-up/gate";
import { sameMailbox } from "../../../engine/sign-up/spellings";
import { listPossibleEmails, normalisePossibleEmail } from "../../../engine/unmatched";
import type { AccountRow } from "../../accounts/account";
import { OFFER_DAYS, openOffer } from "../../accounts/change";
import { isOfferedTo, maySponsorAct, offerActs } from "../../expiry/acts/offer";
import type { GateExpiry } from "../../expiry/expiry";
import { gateExpiry } from "../../expiry/world";
import { GUESTS_PATH, lastSignIn, listSpokenSponsors, listSponsorGates, sponsorActor } from "./guests";
import { accountLifecycleRow } from "./lifecycle-rows";
import { dayCell, formatUntilEnd, StandingBadge } from "./lifecycle-standing";
import { lifecycleTexts as l } from "./lifecycle-texts";

const OFFER_PATH = `${GUESTS_PATH}/offer`;
const ANSWER_PATH = `${GUESTS_PATH}/offered`;
/** Limit of the guests on one page. */
const MOST_SHOWN = 500;

/** Guests whom sponsors offer to the visitor, and a link to all whom the visitor answers for. */
export async function guestOffers(visit: Visit) {
  const own = listPossibleEmails(visit.session.userNames ?? []).flatMap(sameMailbox);
  const [actor, accounts] = [sponsorActor(visit), visit.world.accounts(() => undefined)];
  const expiryAt = makeMember(gateExpiry, visit.world.place);
  const offered: AccountRow[] = [];
  for (const address of new Set(own)) {
    for await (const page of accounts.offeredTo(address))
      offered.push(...page.filter((row) => isOfferedTo(row, expiryAt(row.gate ?? DEFAULT_GATE), actor, visit.now)));
  }
  return (
    <>
      {offered.length === 0 ? null : <OfferedGuests visit={visit} offered={offered} />}
      {listSponsorGates(visit).length === 0 ? null : (
        <p>
          <a href={GUESTS_PATH}>{t.all}…</a>
        </p>
      )}
    </>
  );
}

function OfferedGuests({ visit, offered }: { readonly visit: Visit; readonly offered: readonly AccountRow[] }) {
  return (
    <section id="offered">
      <h2>{t.offered}</h2>
      <p class="hint">{t.offeredHint}</p>
      <PostForm visit={visit} action={ANSWER_PATH}>
        <Table
          caption={t.offered}
          choices={{ field: "guest", all: t.allRows, each: (row) => ({ ...buildChoice(row), isTicked: true }) }}
          columns={[
            [frameTexts.person, ({ email }) => <bdi class="value">{shortenText(email, 80)}</bdi>],
            [frameTexts.sponsor, ({ sponsor = "" }) => <bdi class="value">{shortenText(sponsor, 80)}</bdi>],
            offered.some(({ gate }) => gate !== undefined) && [frameTexts.gate, ({ gate }) => gateName(gate)],
            [frameTexts.note, (row) => <ShownValue text={row.history.findLast(({ what }) => what === "offered")?.note ?? ""} />],
            [l.dates.in, (row) => dayCell(visit, accountLifecycleRow(row))],
            [t.answerBy, ({ offeredUntil = "" }) => <RowTime at={offeredUntil} />],
          ]}
          rows={offered}
        />
        <p class="actions">
          <SubmitButton text={t.accept} name="verb" value="accept" />
          <SubmitButton text={t.refuse} name="verb" value="refuse" class="quiet" />
        </p>
      </PostForm>
    </section>
  );
}

function buildChoice({ id, turn, email }: AccountRow) {
  return { value: `${id}/${turn}`, label: email };
}

async function readOwnGuests(visit: Visit, expiryAt: (gate: string) => GateExpiry | undefined): Promise<readonly AccountRow[]> {
  const [actor, accounts] = [sponsorActor(visit), visit.world.accounts(() => undefined)];
  const found: AccountRow[] = [];
  for (const sponsor of listSpokenSponsors(visit)) {
    for (let from: Parameters<typeof accounts.pageOfSponsor>[1], isLast = false; !isLast; ) {
      const { items, next } = await accounts.pageOfSponsor(sponsor, from);
      found.push(...items.filter((row) => maySponsorAct(row, expiryAt(row.gate ?? DEFAULT_GATE), actor)));
      from = next;
      isLast = next === undefined || found.length > MOST_SHOWN;
    }
  }
  return found.toSorted((one, other) => (one.endsAt < other.endsAt ? -1 : 1));
}

async function showGuests(visit: Visit, problems: readonly FormProblem[] = [], status?: 409): Promise<Response> {
  const expiryAt = makeMember(gateExpiry, visit.world.place);
  const guests = await readOwnGuests(visit, expiryAt);
  const toGuest = (account: AccountRow) => ({ account, expiry: expiryAt(account.gate ?? DEFAULT_GATE) });
  const isIdle = (row: AccountRow) => toGuest(row).expiry?.idle !== undefined;
  const chosen = new Set(visit.fields("guest").map((each) => each.split("/")[0]));
  const canOffer = guests.some((row) => openOffer(row, visit.now) === undefined);
  return await pageWithForm(
    visit,
    { title: t.all, problems, back: { path: homes.Decider, text: frameTexts.toRequests }, status },
    <>
      <Alert kind="good">{visit.done({ offered: t.doneOffered, withdrawn: t.doneWithdrawn })}</Alert>
      <PostForm visit={visit} action={OFFER_PATH}>
        <Table
          caption={t.all}
          choices={
            canOffer && {
              field: "guest",
              all: t.allRows,
              each: (row) => (openOffer(row, visit.now) === undefined ? { ...buildChoice(row), isTicked: chosen.has(row.id) } : undefined),
            }
          }
          columns={[
            [frameTexts.person, ({ email }) => <bdi class="value">{shortenText(email, 80)}</bdi>],
            guests.some(({ state }) => state !== "in") && [
              frameTexts.state,
              (row) => <StandingBadge row={accountLifecycleRow(row)} now={visit.now} />,
            ],
            guests.some(({ gate }) => gate !== undefined) && [frameTexts.gate, ({ gate }) => gateName(gate)],
            [t.letIn, ({ letInAt }) => <RowTime at={letInAt} />],
            guests.some(isIdle) && [t.signIn, (row) => lastSignIn(toGuest(row))],
            [l.dates.in, (row) => [dayCell(visit, accountLifecycleRow(row)), formatUntilEnd(visit, accountLifecycleRow(row))]],
            guests.some((row) => openOffer(row, visit.now) !== undefined) && [t.offer, (row) => withdrawButton(visit, row)],
          ]}
          rows={guests.slice(0, MOST_SHOWN)}
          empty={t.none}
        />
        {guests.length > MOST_SHOWN ? <p class="note warn">{t.more(MOST_SHOWN)}</p> : null}
        {canOffer ? (
          <fieldset class="card narrow">
            <legend>{t.give}</legend>
            <p class="hint">{t.giveHint}</p>
            <p>
              <SentField visit={visit} problems={problems} id="to" label={t.to} autocapitalize="off" />
            </p>
            <p>
              <SentField visit={visit} problems={problems} id="note" label={t.note} hint={t.noteHint} />
            </p>
            <p class="actions">
              <SubmitButton text={t.send} />
            </p>
          </fieldset>
        ) : null}
      </PostForm>
    </>,
  );
}

function withdrawButton(visit: Visit, row: AccountRow) {
  const to = openOffer(row, visit.now);
  if (to === undefined) return null;
  return (
    <>
      {t.offeredTo(shortenText(to, 80), dayName(visit, new Date(row.offeredUntil ?? "")))}{" "}
      <SubmitButton text={t.withdraw} name="withdraw" value={buildChoice(row).value} class="quiet" />
    </>
  );
}

/** The targets of a form's choices. A write fails if the account's `turn` has changed since the page was shown. */
function listAttempts<Input>(values: readonly string[], input: Input) {
  return values.slice(0, MOST_SHOWN).map((value) => {
    const [id = "", seen = ""] = value.split("/");
    return { target: { id }, seen, input, answered: [] as const };
  });
}

function listProblems(results: readonly ActResult<AccountRow>[]): readonly string[] {
  const texts = results.map((result) => {
    if (result.kind === "changed") return frameTexts.stale;
    return result.kind === "stopped" ? visible(result.concerns[0].text(momentText)) : "";
  });
  return [...new Set(texts.filter((text) => text !== ""))];
}

async function takeOffer(visit: Visit): Promise<Response> {
  const withdrawn = visit.field("withdraw");
  if (withdrawn !== "") {
    const problems = listProblems(await visit.carryOutEach(offerActs.withdraw, listAttempts([withdrawn], {}), sponsorActor(visit)));
    return problems.length === 0 ? visit.goTo(`${GUESTS_PATH}?done=withdrawn`) : await showGuests(visit, problems, 409);
  }
  const guests = visit.fields("guest");
  const to = normalisePossibleEmail(visit.field("to"));
  const note = visit.field("note").trim();
  const long = tooLong(visit, note);
  const problems: readonly FormProblem[] = [
    ...(guests.length === 0 ? [t.nobody] : []),
    ...(to === undefined ? [{ field: "to", text: describeAddressProblem(visit, visit.field("to")) ?? "" }] : []),
    ...(long === undefined ? [] : [{ field: "note", text: long }]),
  ];
  if (to === undefined || problems.length > 0) return await showGuests(visit, problems);
  const input = { to, ...(note !== "" && { note }) };
  const refusals = listProblems(await visit.carryOutEach(offerActs.offer, listAttempts(guests, input), sponsorActor(visit)));
  return refusals.length === 0 ? visit.goTo(`${GUESTS_PATH}?done=offered`) : await showGuests(visit, refusals, 409);
}

async function takeAnswer(visit: Visit): Promise<Response> {
  const act = visit.field("verb") === "accept" ? offerActs.accept : offerActs.refuse;
  const attempts = listAttempts(visit.fields("guest"), {});
  const why = attempts.length === 0 ? [t.nobody] : listProblems(await visit.carryOutEach(act, attempts, sponsorActor(visit)));
  if (why.length === 0) return visit.goTo(homes.Decider);
  const back = { path: homes.Decider, text: frameTexts.toRequests };
  return await refusalPage(visit, { title: t.offered, why: why.join(" "), back, status: 409 });
}

export const offerRoutes: readonly ConsoleRoute[] = [
  { method: "GET", path: GUESTS_PATH, access: "Decider", handler: (visit) => showGuests(visit) },
  { method: "POST", path: OFFER_PATH, access: "Decider", hidden: ["guest", "withdraw"], handler: takeOffer },
  { method: "POST", path: ANSWER_PATH, access: "Decider", hidden: ["guest", "verb"], handler: takeAnswer },
];

const t = pageTexts({
  all: ["All guests you answer for", "내가 담당하는 모든 게스트"],
  none: ["You answer for nobody.", "담당하는 게스트가 없습니다."],
  allRows: ["All guests", "모든 게스트"],
  more: [(most: number) => `Only ${most} of your guests are shown.`, (most) => `담당 게스트 중 ${most}명만 표시합니다.`],
  letIn: ["Let in", "허용"],
  signIn: ["Last sign-in", "마지막 로그인"],
  offer: ["Offered", "제안"],
  offeredTo: [(to: string, day: string) => `to ${to}, until ${day}`, (to, day) => `${to}, ${day}까지`],
  withdraw: ["Withdraw", "철회"],
  give: ["Give guests to a colleague", "동료에게 게스트 넘기기"],
  giveHint: [
    `Tick the guests. Your colleague gets a mail and accepts or refuses within ${OFFER_DAYS} days. Until they accept, you answer for the guests.`,
    `게스트를 선택하세요. 동료는 메일을 받고 ${OFFER_DAYS}일 안에 수락하거나 거절합니다. 수락할 때까지는 계속 귀하가 담당합니다.`,
  ],
  to: ["Your colleague's address", "동료의 주소"],
  note: ["Note", "메모"],
  noteHint: ["Optional. Your colleague and operators see it.", "선택 사항입니다. 동료와 운영자가 봅니다."],
  send: ["Offer", "제안"],
  nobody: ["Tick a guest.", "게스트를 선택하세요."],
  doneOffered: ["Offered. You get a mail once your colleague has answered.", "제안했습니다. 동료가 답하면 메일로 알려 드립니다."],
  doneWithdrawn: ["Withdrawn. You still answer for this guest.", "철회했습니다. 이 게스트는 계속 귀하가 담당합니다."],
  offered: ["Guests offered to you", "나에게 제안된 게스트"],
  offeredHint: [
    "If you accept, you answer for them: you get mail before their access ends, and may renew it.",
    "수락하면 담당자가 됩니다. 종료 전에 메일을 받고 갱신할 수 있습니다.",
  ],
  answerBy: ["Answer by", "답변 기한"],
  accept: ["Accept", "수락"],
  refuse: ["Refuse", "거절"],
});
