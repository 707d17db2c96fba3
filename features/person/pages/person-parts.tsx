import type { Child } from "hono/jsx";
import type { ShutOut, Visit } from "../../../console/app/visit";
import { refusalPage } from "../../../console/parts/back-link";
import { Badge } from "../../../console/parts/badge";
import { ButtonLink, PostForm } from "../../../console/parts/forms";
import { gateName, hasGates } from "../../../console/parts/gates";
import { keepingOut, personPath } from "../../../console/parts/links";
import { openAddress } from "../../../console/parts/list-page";
import { OutcomeTag } from "../../../console/parts/outcome";
import { shortenText } from "../../../console/parts/value";
import { OPEN_PARAMETER } from "../../../console/parts/with-query";
import { frameTexts } from "../../../console/texts/frame-texts";
import type { MailLine } from "../../../engine/mail/mail-line";
import { DEFAULT_GATE } from "../../../engine/sign-up/gate";
import type { DecisionRecord } from "../../../engine/sign-up/record";
import { entryPath } from "../../access-list/pages/access-list-parts";
import { AskForm } from "../../access-list/pages/entry-form";
import { reasons as accessListReasons } from "../../access-list/reasons";
import type { AccountRow } from "../../accounts/account";
import { daysUntil, ENDING_DAYS } from "../../accounts/account";
import { openOffer } from "../../accounts/change";
import { requestPath, StateTag } from "../../approvals/pages/approvals-parts";
import type { ApprovalRequest } from "../../approvals/request";
import { stateAt } from "../../approvals/state-at";
import { whyTexts } from "../../decisions/pages/decision-panel";
import { decidingIn, isListed, type ListAnswer } from "../../decisions/pages/list-answer";
import { brokenNow, readKeptOut, TriedNow } from "../../decisions/pages/tried-now";
import { BULK_PATH, lifecycleButtons } from "./bulk";
import { accessVerbs, type LifecycleVerb, verbsOfView } from "./lifecycle-acts";
import { type LifecycleRow, rowField, rowsNow } from "./lifecycle-rows";
import { findStanding, getNoEndKind, longDay, type Standing, StandingBadge } from "./lifecycle-standing";
import { lifecycleTexts, stepTexts } from "./lifecycle-texts";
import { findAskedGate, type PersonTries } from "./list-answers";
import { peopleTexts as t } from "./people-texts";
import { type KnownPerson, nameIn, type PersonAsked } from "./read-person";

export interface PersonShown extends PersonTries {
  readonly visit: Visit;
  readonly asked: PersonAsked;
  readonly known: KnownPerson;
  readonly shutOuts: readonly ShutOut[];
  /** States of mails, for each of the person's requests, accounts and decisions with mails. */
  readonly mails: readonly (readonly MailLine[])[];
}

export function givenName({ requests }: KnownPerson): string | undefined {
  return requests.map(({ attributes }) => nameIn(attributes)).find((name) => name !== undefined);
}

interface PersonHeadProps {
  readonly person: PersonShown;
  readonly isPage?: boolean;
  readonly children?: Child;
}

export function PersonHead({ person, isPage = false, children }: PersonHeadProps) {
  const { visit, known } = person;
  const { email, account } = person.asked;
  const name = givenName(known);
  const [last] = known.recent;
  const line = [
    ...(name === undefined || email === undefined ? [] : [shortenText(email, 80)]),
    ...(hasGates(visit) && last !== undefined ? [gateName(last.gate)] : []),
  ];
  const title = (
    <>
      <bdi class="value">{shortenText(name ?? email ?? account ?? "", 80)}</bdi> {badgeNow(person)}
    </>
  );
  return (
    <header class={isPage ? "card entity-head" : "entity-head"}>
      <div>
        {isPage ? <h1>{title}</h1> : <h2 class="entity">{title}</h2>}
        {line.length === 0 ? null : (
          <p class="hint">
            <bdi class="value">{line.join(" · ")}</bdi>
          </p>
        )}
      </div>
      {children}
    </header>
  );
}

function badgeNow({ visit, known, shutOuts, outcomes }: PersonShown) {
  if (keepingOut(shutOuts).length > 0) return <Badge tone="bad">{lifecycleTexts.states.disabled}</Badge>;
  const lives = selectCurrentRows(visit, known, false).filter((row) => row.kind === "account" || row.request.invitation !== undefined);
  // Omits invitations, because `lives` has a more precise badge for each.
  const requests = known.requests.filter(({ invitation }) => invitation === undefined);
  const [last] = known.recent;
  const waits = requests.some((each) => stateAt(each, visit.now) === "pending") ? [<Badge tone="asked">{t.waits}</Badge>] : [];
  const standings = lives.map((row) => <StandingBadge row={row} now={visit.now} />);
  // Somebody who is in stays in while a request waits, for example a colleague's for another invitation.
  const now = waits.length > 0 && !isIn(visit, known) ? waits : [...standings, ...waits];
  const deniedBadges = isListed(outcomes, "block") ? [<Badge tone="bad">{frameTexts.denied}</Badge>] : [];
  if (now.length + deniedBadges.length > 0) return [...now, ...deniedBadges].map((badge) => [badge, " "]);
  if (requests[0] !== undefined) return <StateTag visit={visit} request={requests[0]} />;
  if (last === undefined) return null;
  return isListed(outcomes, "continue") && isOfList(last) ? <Badge tone="good">{frameTexts.allowed}</Badge> : <OutcomeTag record={last} />;
}

function isOfList({ verdict, reasons }: DecisionRecord): boolean {
  return verdict === "block" && reasons.some((reason) => Object.hasOwn(accessListReasons, reason));
}

export function findWaitingRequest({ now }: Visit, { requests }: KnownPerson): ApprovalRequest | undefined {
  return requests.find((request) => stateAt(request, now) === "pending");
}

/** The most useful action comes first. @param isFirst true if an allow is the page's main action */
export function actLinks(person: PersonShown, email: string, isFirst = false) {
  const { visit, known, outcomes, allowing } = person;
  const waiting = findWaitingRequest(visit, known);
  const request = waiting && <ButtonLink class="button" path={requestPath(waiting.id)} text={whyTexts.requests} />;
  if (!visit.may("Administrator")) return request ?? null;
  const isDenied = isListed(outcomes, "block");
  const denying = allowing.closer?.entry ?? (isDenied ? ownDenial(outcomes) : undefined);
  const hasEnd = outcomes.some(({ rows }) =>
    [...rows.values()].some(({ expiresAt, allowedUntil }) => (expiresAt ?? allowedUntil) !== undefined),
  );
  const isLetIn = (isListed(outcomes, "continue") && !hasEnd) || (isIn(visit, known) && !isDenied);
  const gate = visit.query("gate");
  const act = { visit, entry: email, back: personPath(email, gate === "" ? {} : { gate }) };
  const look = isFirst && denying === undefined ? undefined : "quiet";
  const account = rowsNow(visit, known).find((row) => findStanding(row, visit.now).state === "in");
  const isAllowable = allowing.helps && !isLetIn && keptOutBy(person) === undefined;
  return (
    <>
      {request}
      {denying === undefined ? null : <ButtonLink class="button" path={entryPath(denying)} text={whyTexts.change} />}
      {isAllowable ? <AskForm {...act} effect="allow" until="friday" text={t.allowLink} class={look} /> : null}
      {isDenied ? null : <AskForm {...act} effect="deny" account={account && rowField(account)} text={t.denyLink} class="quiet danger" />}
    </>
  );
}

/** Returns the entry that denies just this person, if there is one. The page links to the entry, because an allow would replace or suspend it. */
function ownDenial(outcomes: readonly ListAnswer[]): string | undefined {
  const first = outcomes.map(decidingIn)[0]?.matches[0];
  return first !== undefined && ["account", "address", "base", "mailbox"].includes(first.level) ? first.entry : undefined;
}

function keptOutBy({ tries }: Pick<PersonShown, "tries">): string | undefined {
  return readKeptOut(tries[0]?.account);
}

function isIn(visit: Visit, personRecords: KnownPerson): boolean {
  const states = rowsNow(visit, personRecords)
    .map((row) => findStanding(row, visit.now).state)
    .filter((state) => state !== "used");
  const [last] = personRecords.recent;
  return states.length === 0 ? last?.verdict === "continue" && last.step === "before-create-user" : states.includes("in");
}

/** Shows what would happen if the person tried to sign up now: as the policy decides, unless their account keeps them out or lets them in. */
export async function ifTheyTriedNow(person: PersonShown) {
  const { visit, known, tries, outcomes } = person;
  const { recent, requests, accountRows } = known;
  const hasRow = tries[0]?.account !== undefined;
  const atGate = findAskedGate(visit, known);
  const isThere = ({ gate = DEFAULT_GATE }: { readonly gate?: string | undefined }) => gate === atGate;
  const last = recent.find(isThere);
  const open = requests.filter(isThere);
  const requestStates = open.flatMap((request) => (request.invitation === undefined ? [stateAt(request, visit.now)] : []));
  // True if a way of signing in is known: an invitation does not tell how the person signs in.
  const isKnown = recent.length + accountRows.length > 0 || requests.some(({ invitation }) => invitation === undefined);
  return (
    <TriedNow
      visit={visit}
      last={last}
      broken={last && (await brokenNow(visit, last))}
      tries={tries}
      lead={isKnown ? undefined : t.byAddress}
      keptOut={keptOutBy(person)}
      hasAccount={(!hasRow && requestStates.includes("provisioned")) || undefined}
    >
      {last?.verdict === "invalid" && !isListed(outcomes, "block") ? (
        <p class="actions">{await Promise.all(visit.features.map((each) => each.actOfDecision?.(visit, last)))}</p>
      ) : null}
    </TriedNow>
  );
}

export function nobodyPage(visit: Visit): Promise<Response> {
  const back = { path: "/people", text: frameTexts.people };
  return refusalPage(visit, { title: frameTexts.person, why: t.notFound, back, status: 400 });
}

const extensions: readonly LifecycleVerb[] = ["extend-access", "sponsor"];
const verbsNow: Readonly<Partial<Record<Standing, readonly LifecycleVerb[]>>> = {
  invited: ["resend", "correct", "extend", "revoke"],
  used: ["revoke"],
  expired: verbsOfView.ended,
  revoked: ["resend"],
  in: accessVerbs,
  over: extensions,
  disabled: extensions,
  enabling: extensions,
};

function selectCurrentRows(visit: Visit, personRecords: KnownPerson, isOut: boolean): readonly LifecycleRow[] {
  return rowsNow(visit, personRecords).filter((row) => !isOut || findStanding(row, visit.now).state !== "in");
}

export function lifecycleNow({ visit, asked: { email }, known, shutOuts }: PersonShown) {
  const out = keepingOut(shutOuts);
  const rows = selectCurrentRows(visit, known, out.length > 0);
  if (rows.length + out.length === 0 || email === undefined) return null;
  return (
    <section>
      <h2>{stepTexts.now}</h2>
      {out.map(({ text, what, path, act }) => (
        <>
          <p>
            {text}: <a href={path}>{what}</a>
          </p>
          {act}
        </>
      ))}
      {rows.map((row) => {
        const verbs = visit.may("Approver") ? (verbsNow[findStanding(row, visit.now).state] ?? []) : [];
        return (
          <>
            <p>
              <bdi class="value">{formatStandingSentence(visit, row)}</bdi>
              {isShutBehind(row, known.accountRows, visit.now) ? `. ${stepTexts.shutBehind}` : null}
              {row.kind === "request" && row.request.invitation === undefined && row.request !== findWaitingRequest(visit, known) ? (
                <>
                  {". "}
                  <a href={requestPath(row.request.id)}>{whyTexts.requests}</a>
                </>
              ) : null}
            </p>
            {verbs.length === 0 ? null : (
              <PostForm
                visit={visit}
                action={BULK_PATH}
                hidden={{ person: rowField(row), back: openAddress(visit, visit.query(OPEN_PARAMETER) || undefined) }}
                data-asks=""
              >
                <p class="actions">{lifecycleButtons(verbs)}</p>
              </PostForm>
            )}
          </>
        );
      })}
    </section>
  );
}

/** True for a used invitation whose account's access has ended: the gate lets the account in again only once its access is extended. */
function isShutBehind(row: LifecycleRow, accountRows: readonly AccountRow[], now: Date): boolean {
  if (row.kind !== "request" || findStanding(row, now).state !== "used") return false;
  const isEnded = ({ state, history }: AccountRow) =>
    state === "disabled" || (state === "ended" && history.some(({ what }) => what === "deleted"));
  return accountRows.some((account) => (account.gate ?? DEFAULT_GATE) === (row.gate ?? DEFAULT_GATE) && isEnded(account));
}

/** Returns "In until 3 March 2027 (in 14 days); sponsor kim@contoso.com". */
function formatStandingSentence(visit: Visit, row: LifecycleRow): string {
  const { sponsor, sponsorLost, gate } = row;
  const { state, date } = findStanding(row, visit.now);
  const days = state === "in" && date !== undefined ? daysUntil(date, visit.now) : Infinity;
  const soon = days > ENDING_DAYS ? "" : ` (${stepTexts.inDays(days)})`;
  const { offeredUntil: until = "" } = row.kind === "account" ? row.account : {};
  const to = row.kind === "account" ? openOffer(row.account, visit.now) : undefined;
  const hasNoSponsor = sponsor === undefined && row.kind === "account" && state !== "deleted";
  return [
    date === undefined ? stepTexts[getNoEndKind(row)] : stepTexts.sentences[state](longDay(visit, date)) + soon,
    ...(sponsor === undefined ? [] : [stepTexts.sponsor(shortenText(sponsor, 80))]),
    ...(to === undefined ? [] : [stepTexts.offered(shortenText(to, 80), longDay(visit, until))]),
    ...(hasNoSponsor ? [stepTexts.noSponsor] : []),
    ...(sponsorLost === undefined ? [] : [stepTexts.sponsorLost(lifecycleTexts.sponsorLost[sponsorLost])]),
    ...(hasGates(visit) ? [stepTexts.gate(gateName(gate))] : []),
  ].join("; ");
}
