import type { ConsoleRoute, Visit } from "../../../console/app/visit";
import { describeAddressProblem } from "../../../console/parts/address-problem";
import { pageWithForm } from "../../../console/parts/back-link";
import { type FieldProblem, PostForm, SentField, SubmitButton } from "../../../console/parts/forms";
import { dayName, momentText } from "../../../console/parts/time";
import { visible } from "../../../console/parts/value";
import { homes } from "../../../console/session/roles";
import { frameTexts } from "../../../console/texts/frame-texts";
import { pageTexts } from "../../../console/texts/languages";
import { listPossibleEmails, normalisePossibleEmail } from "../../../engine/unmatched";
import { endOfDay } from "../../../engine/zone-time";
import { delegationWords, endDelegation, giveDelegation } from "../acts/delegation";
import { LONGEST_DELEGATION_DAYS } from "../delegation";
import { ownRequestRoutes } from "./own-requests";

// Pages of deciders: the requests that ask them and the guests that they sponsor, nothing else.

const ownRoutes = ownRequestRoutes({
  path: homes.Decider,
  access: "Decider",
  scope: () => "asked",
  title: () => t.waiting,
  more: async (visit) => (
    <>
      {await Promise.all(visit.features.map(({ besideMyApprovals }) => besideMyApprovals?.(visit)))}
      <p>
        <a href={DELEGATION_PATH}>{t.title}…</a>
      </p>
    </>
  ),
});

// A delegate decides on requests that ask the approver by address, but not once the approver has voted: nobody votes twice.

const DELEGATION_PATH = `${homes.Decider}/delegation`;

const t = pageTexts({
  waiting: ["Waiting for your decision", "내가 결정할 요청"],
  title: ["Let somebody else decide for you", "다른 사람에게 결정 위임"],
  what: [
    "Until a day of your choice, requests that ask you by your address ask somebody else as well. You can still decide; nobody decides twice on one request.",
    "지정한 날까지 내 주소로 온 요청을 이 사람도 결정할 수 있습니다. 나도 계속 결정할 수 있으며, 한 요청을 두 번 결정할 수는 없습니다.",
  ],
  to: ["Their address", "위임받을 사람의 주소"],
  until: ["Last day", "마지막 날"],
  give: ["Delegate", "위임"],
  end: ["End it now", "지금 종료"],
  given: [(to: string, day: string) => `${to} decides for you until ${day}.`, (to, day) => `${day}까지 ${to} 님이 대신 결정합니다.`],
  taken: [(from: string, day: string) => `You decide for ${from} until ${day}.`, (from, day) => `${day}까지 ${from} 대신 결정합니다.`],
  noAddress: ["Your account has no address by which a request could ask you.", "이 계정에는 요청을 받을 수 있는 주소가 없습니다."],
});

async function show(visit: Visit, problems: readonly FieldProblem[] = []): Promise<Response> {
  const { userNames = [] } = visit.session;
  const { given, taken } = await visit.world.delegations.of(userNames, visit.now);
  const day = (until: string) => dayName(visit, new Date(until));
  const [current] = given;
  return await pageWithForm(
    visit,
    { title: t.title, problems, back: { path: homes.Decider, text: frameTexts.toRequests } },
    <>
      {taken.map(({ from, until }) => (
        <p class="note">{t.taken(visible(from), day(until))}</p>
      ))}
      {listOwnAddresses(visit).length === 0 ? (
        <p>{t.noAddress}</p>
      ) : (
        <PostForm visit={visit} class="card narrow" action={DELEGATION_PATH}>
          {current === undefined ? (
            <>
              <p class="hint">{t.what}</p>
              <p>
                <SentField visit={visit} problems={problems} id="to" label={t.to} required autocapitalize="off" />
              </p>
              <p>
                <SentField visit={visit} problems={problems} id="until" type="date" label={t.until} required />
              </p>
              <p class="actions">
                <SubmitButton text={t.give} />
              </p>
            </>
          ) : (
            <>
              <p>{t.given(visible(current.to), day(current.until))}</p>
              <p class="actions">
                <SubmitButton text={t.end} name="end" value="yes" class="quiet" />
              </p>
            </>
          )}
        </PostForm>
      )}
    </>,
  );
}

function listOwnAddresses({ session }: Visit): readonly string[] {
  return listPossibleEmails(session.userNames ?? []);
}

async function change(visit: Visit): Promise<Response> {
  const { zone } = visit;
  const [first, ...others] = listOwnAddresses(visit);
  if (first === undefined) return await show(visit);
  const target = { from: [first, ...others] } as const;
  if (visit.field("end") === "yes") {
    await visit.carryOut(endDelegation, { target, input: {}, answered: [] });
    return visit.goTo(DELEGATION_PATH);
  }
  const to = normalisePossibleEmail(visit.field("to"));
  const until = endOfDay(visit.field("until"), zone);
  const badTo = describeAddressProblem(visit, visit.field("to"));
  const problems: readonly FieldProblem[] = [
    ...(badTo === undefined ? [] : [{ field: "to", text: badTo }]),
    ...(until === undefined ? [{ field: "until", text: delegationWords.badUntil(LONGEST_DELEGATION_DAYS) }] : []),
  ];
  if (to === undefined || until === undefined || problems.length > 0) return await show(visit, problems);
  const result = await visit.carryOut(giveDelegation, { target, input: { to, until, zone }, answered: [] });
  if (result.kind !== "stopped") return visit.goTo(DELEGATION_PATH);
  return await show(
    visit,
    result.concerns.map(({ code, text }) => ({ field: code === "own-address" ? "to" : "until", text: visible(text(momentText)) })),
  );
}

export const routes: readonly ConsoleRoute[] = [
  ...ownRoutes,
  { method: "GET", path: DELEGATION_PATH, access: "Decider", handler: (visit) => show(visit) },
  { method: "POST", path: DELEGATION_PATH, access: "Decider", hidden: ["end"], handler: change },
];
