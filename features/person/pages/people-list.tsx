import { makeMember } from "../../../adapters/operator/world";
import type { Visit } from "../../../console/app/visit";
import { describeAddressProblem, describeDomainProblem } from "../../../console/parts/address-problem";
import { Badge } from "../../../console/parts/badge";
import { addressWith, fieldChip } from "../../../console/parts/chips";
import { ButtonLink } from "../../../console/parts/forms";
import { gateChip, gateColumn, readGate } from "../../../console/parts/gates";
import { keepingOut, personPath, readShutOuts, ShutOutBadge } from "../../../console/parts/links";
import { listPage, openAddress, type ShownList, TickedBar } from "../../../console/parts/list-page";
import { buttonsOn } from "../../../console/parts/menu";
import { outcomeTexts } from "../../../console/parts/outcome";
import { JustDone } from "../../../console/parts/people-results";
import { RowTime } from "../../../console/parts/time";
import { shortenText, ValueLink, visible } from "../../../console/parts/value";
import { filterChips } from "../../../console/parts/view-page";
import { frameTexts } from "../../../console/texts/frame-texts";
import { pageTexts } from "../../../console/texts/languages";
import { readNamedAddress } from "../../../engine/directory-account";
import type { ApprovalRequest } from "../../approvals/request";
import { omitUntrue } from "../../approvals/returned-mails";
import { readReturnEnd } from "../../approvals/state-at";
import { endedPeople, gateExpiry } from "../../expiry/world";
import { mailFilters } from "../../mails/filters";
import { MailBadge } from "../../mails/pages/mail-alert";
import { findTroubles } from "../../mails/words";
import { BULK_PATH, lifecycleButtons } from "./bulk";
import { ActsOnAll } from "./job-page";
import { verbsOfView } from "./lifecycle-acts";
import {
  type LifecycleRow,
  type LifecycleView,
  lifecycleViews,
  looksForAttempts,
  pageOfView,
  rowField,
  rowSubject,
} from "./lifecycle-rows";
import { dayCell, findStanding, formatUntilEnd, type Standing, StandingBadge } from "./lifecycle-standing";
import { lifecycleTexts as l } from "./lifecycle-texts";
import { peopleTexts } from "./people-texts";
import { personPage, personPanel } from "./person-page";
import { readPerson } from "./read-person";

export async function showPeople(visit: Visit): Promise<Response> {
  const askedPerson = await readPerson(visit);
  if (askedPerson !== undefined) return await personPage(visit, askedPerson);
  const text = visit.query("q");
  if (text === "") return await peopleList(visit);
  const email = readNamedAddress(text);
  if (email !== undefined) return visit.goTo(personPath(email));
  return visit.goTo(`/search?${new URLSearchParams({ q: text.includes(":") ? text : `@${text}` })}`);
}

async function peopleList(visit: Visit): Promise<Response> {
  const typedText = visit.query("email") || visit.query("account");
  const sponsor = visit.query("sponsor");
  const problems = {
    q: typedText === "" ? undefined : peopleTexts.notFound,
    domain: describeDomainProblem(visit.query("domain")),
    sponsor: sponsor === "" ? undefined : describeAddressProblem(visit, sponsor),
  };
  const view = lifecycleViews.find((each) => each === visit.query("life")) ?? "in";
  return await listPage(visit, {
    title: frameTexts.people,
    head: { views: buildViewTabs(visit, view), actions: buttonsOn(visit, "/people") },
    panel: { panel: await personPanel(visit), label: frameTexts.person, acts: visit.may("Approver") ? "note" : undefined },
    above: (
      <>
        <JustDone visit={visit} />
        {view === "attempts" ? <p class="hint">{t.attempts}</p> : null}
        {view === "invited" ? null : <ActsOnAll visit={visit} sponsor={visit.query("sponsor")} domain={visit.query("domain")} />}
      </>
    ),
    problems: Object.entries(problems).flatMap(([field, text]) => (text === undefined ? [] : [{ field, text }])),
    filters: {
      search: { parameter: "q", label: t.search, value: typedText, instead: ["email", "account"], problem: problems.q },
      chips: [
        { ...fieldChip(visit, { name: "domain", label: t.domain, problem: problems.domain }), name: frameTexts.domain },
        { ...fieldChip(visit, { name: "sponsor", label: t.sponsor, problem: problems.sponsor }), name: frameTexts.sponsor },
        ...gateChip(visit),
        ...mailChip(visit, view),
      ],
    },
    ...(await buildPeopleList(visit, view)),
  });
}

function mailChip(visit: Visit, view: LifecycleView) {
  if (!visit.world.sendsMail || (view !== "invited" && view !== "in")) return [];
  return filterChips(visit, mailFilters, []);
}

function buildViewTabs(visit: Visit, here: LifecycleView) {
  const path = (view: LifecycleView) => addressWith(visit, ["life", "email", "account", "mail"], view === "in" ? {} : { life: view });
  const isOffered = (view: LifecycleView) => (view === "attempts" ? looksForAttempts(visit) : view !== "lost");
  const views = lifecycleViews.filter((view) => here === view || isOffered(view));
  return { label: l.byLifecycle, each: views.map((view) => ({ name: l.views[view], path: path(view), isHere: view === here })) };
}

async function buildPeopleList(visit: Visit, view: LifecycleView): Promise<Pick<ShownList<LifecycleRow>, "page" | "table" | "form">> {
  const page = await pageOfView(visit, view);
  const outs = await readShutOuts(
    visit,
    page.items.map(({ email }) => email),
  );
  const requests = page.items.flatMap((row) => (row.kind === "request" ? [row.request] : []));
  const endedIds = await readEndedIds(visit, requests);
  const mails = omitUntrue(await visit.world.mailLines(page.items.map(rowSubject)), requests, visit.now);
  const findShutOut = ({ email }: LifecycleRow) => keepingOut(outs.get(email))[0];
  const isOdd = (row: LifecycleRow) => findShutOut(row) !== undefined || findStanding(row, visit.now).state !== usualStanding[view];
  const hasTroubles = (row: LifecycleRow) => findTroubles(mails.get(rowSubject(row))).length > 0;
  const isChoosable = page.items.length > 0 && visit.may("Approver");
  return {
    page,
    table: {
      lines: false,
      caption: l.views[view],
      columns: [
        [frameTexts.person, ({ email }) => <ValueLink path={openAddress(visit, email)} text={email} />],
        page.items.some((row) => isOdd(row) || hasTroubles(row)) && [
          frameTexts.state,
          (row) => [
            findShutOut(row) ? <ShutOutBadge out={findShutOut(row)} /> : isOdd(row) ? <StandingBadge row={row} now={visit.now} /> : null,
            endedIds.has(row.id) ? [" ", <Badge tone="warn">{l.states.over}</Badge>] : null,
            " ",
            <MailBadge visit={visit} lines={mails.get(rowSubject(row))} />,
          ],
        ],
        gateColumn(visit, page.items),
        page.items.some(({ sponsor, sponsorLost }) => sponsor !== undefined || sponsorLost !== undefined) && [
          frameTexts.sponsor,
          ({ sponsor, sponsorLost }) => [
            sponsor === undefined ? null : shortenText(sponsor, 80),
            sponsorLost === undefined ? null : [" ", <Badge tone="warn">{l.sponsorLost[sponsorLost]}</Badge>],
          ],
        ],
        page.items.some(({ kind }) => kind === "account") && [
          t.letIn,
          (row) => (row.kind === "account" ? <RowTime at={row.account.letInAt} /> : null),
        ],
        view === "attempts" && [t.attempt, (row) => (row.kind === "account" ? <RowTime at={row.account.seenAt ?? ""} /> : null)],
        [l.dates[view], (row) => [dayCell(visit, row), view === "ending" ? formatUntilEnd(visit, row) : null]],
      ],
      keyOf: ({ email }) => email,
      choices: {
        ...{ field: "person", all: frameTexts.selectAll },
        each: (row) => (findShutOut(row) ? undefined : { value: rowField(row), label: frameTexts.select(visible(row.email)) }),
      },
      empty: view === "in" ? nobodyIn(visit) : l.none[view],
    },
    form: isChoosable && {
      action: BULK_PATH,
      hidden: { back: addressWith(visit, [], {}) },
      bar: <TickedBar label={l.selected}>{lifecycleButtons(verbsOfView[view])}</TickedBar>,
    },
  };
}

/** Returns the ids of used invitations whose person's access has ended since: at sign-up, expiry stops the person first. */
async function readEndedIds({ world, now }: Visit, requests: readonly ApprovalRequest[]): Promise<ReadonlySet<string>> {
  const used = requests.filter((each) => readReturnEnd(each, now) !== undefined);
  return used.length === 0 ? new Set() : await makeMember(endedPeople, world.place).selectEnded(used);
}

/** Shows that nobody is in, with a link to the decisions: if no rule writes rows of accounts, only decisions tell who was let in. */
function nobodyIn(visit: Visit) {
  const gate = readGate(visit);
  const expiryAt = makeMember(gateExpiry, visit.world.place);
  const endsAccess = (gate === undefined ? visit.world.gates : [gate]).some((each) => expiryAt(each) !== undefined);
  const letIn = new URLSearchParams({ verdict: "continue", ...(gate !== undefined && { gate }) });
  return (
    <p class="actions">
      {endsAccess ? (
        <span>
          {l.noneYet} <code>expiry adopt</code>
        </span>
      ) : (
        l.none.in
      )}{" "}
      <ButtonLink path={`/decisions?${letIn}`} text={`${frameTexts.decisions}: ${outcomeTexts.continue}`} />
    </p>
  );
}

const usualStanding: Readonly<Partial<Record<LifecycleView, Standing>>> = {
  invited: "invited",
  in: "in",
  attempts: "in",
  lost: "in",
  ending: "in",
};

const t = pageTexts({
  search: ["Name, address or account", "이름, 주소 또는 계정"],
  domain: ["Domain of the address", "주소의 도메인"],
  sponsor: ["Address of the sponsor", "담당자의 주소"],
  letIn: ["Let in", "허용"],
  attempt: ["Last attempt to sign in", "마지막 로그인 시도"],
  attempts: [
    "Entra knows attempts to sign in, and no success for the days of idle. They may have failed, or be sign-ins without the person. Access goes on: renew it, or end it.",
    "Entra에 로그인 시도만 있고 idle 기간 동안 성공한 기록이 없습니다. 실패했거나 본인 없이 이루어진 로그인일 수 있습니다. 이용은 계속됩니다. 연장하거나 종료하세요.",
  ],
});
