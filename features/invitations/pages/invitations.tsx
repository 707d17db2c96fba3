import type { ConsoleRoute, Visit } from "../../../console/app/visit";
import { describeAddressProblem } from "../../../console/parts/address-problem";
import { pageWithForm } from "../../../console/parts/back-link";
import {
  Alert,
  daysTyped,
  type FieldProblem,
  findFieldProblem,
  PostForm,
  Select,
  SentField,
  SubmitButton,
  summariseProblems,
  TextField,
  tooLong,
} from "../../../console/parts/forms";
import { gateName, hasGates, hasRule } from "../../../console/parts/gates";
import { type PersonResult, reportResults, resultTexts } from "../../../console/parts/people-results";
import { CHANGE_PEOPLE_PATH, personPath } from "../../../console/parts/person-links";
import { momentText } from "../../../console/parts/time";
import { visible } from "../../../console/parts/value";
import { frameTexts } from "../../../console/texts/frame-texts";
import { pageTexts } from "../../../console/texts/languages";
import { normaliseEmail, splitAddress } from "../../../engine/sign-up/email";
import { DEFAULT_GATE } from "../../../engine/sign-up/gate";
import { buildPersonId, eachHash, type PersonHashes } from "../../../engine/sign-up/person";
import { normalisePossibleEmail } from "../../../engine/unmatched";
import type { AccountRow } from "../../accounts/account";
import { isOwnRequest, isOwnSponsor } from "../../approvals/own-request";
import { buildDecider, byVisitor, longestDaysAt } from "../../approvals/pages/approvals-parts";
import { MAX_AT_ONCE } from "../../approvals/pages/queue-asked";
import type { Somebody } from "../../explain/next-try";
import { findDenialsNow } from "../../explain/pages/denials";
import { INVITATION_DAYS, LONGEST_INVITATION_DAYS } from "../invitation";
import { mailTexts } from "../mail-texts";
import { invitationPlace } from "../store";

export const INVITE_PATH = "/people/invite";

/** True if a policy has the rule `invited`. Without the rule, invitations let nobody in. */
export const readsInvitations = (world: Parameters<typeof hasRule>[0]): boolean => hasRule(world, "invited");

const t = pageTexts({
  invite: ["Invite people", "초대하기"],
  addresses: ["Addresses", "주소"],
  addressesHint: [
    (most: number) => `One per line, or separated by commas. Up to ${most}.`,
    (most) => `한 줄에 하나씩 또는 쉼표로 구분하여 최대 ${most}개까지 입력합니다.`,
  ],
  days: ["Valid for (days)", "유효 기간(일)"],
  sponsorHint: [
    "Optional. Email address of the colleague responsible for them.",
    "선택 사항입니다. 초대받은 사람을 책임지는 동료의 이메일 주소입니다.",
  ],
  language: ["Language of the mail", "메일 언어"],
  noteHint: ["Optional. Only your colleagues see it.", "선택 사항입니다. 동료만 볼 수 있습니다."],
  send: ["Send invitations", "초대 보내기"],
  unread: [
    "No rule of the policy reads invitations: they let nobody in.",
    "정책에 초대를 확인하는 규칙이 없어 초대로는 아무도 허용되지 않습니다.",
  ],
  nobody: ["Write at least one address.", "주소를 하나 이상 입력하세요."],
  tooMany: [(most: number) => `These are more than ${most} addresses.`, (most) => `주소가 ${most}개를 넘습니다.`],
  ownAddress: [(email: string) => `Nobody invites themselves: ${email}`, (email) => `본인을 초대할 수는 없습니다: ${email}`],
  ownSponsor: [(email: string) => `Nobody is their own sponsor: ${email}`, (email) => `자신의 담당자가 될 수 없습니다: ${email}`],
  hasAccess: ["Has access already, without an end", "이미 기한 없이 이용 중입니다"],
  hasAccessUntil: [(until: string) => `Has access already, until ${until}`, (until) => `이미 이용 중입니다(${until}까지)`],
  already: ["Has an open invitation already", "이미 유효한 초대가 있습니다"],
  looksLike: [
    (domain: string, like: string) => `${domain} only looks like ${like}: invite only if you know who owns ${domain}.`,
    (domain, like) => `${domain} 도메인은 ${like} 도메인과 비슷하지만 다릅니다. ${domain} 소유자를 아는 경우에만 초대하세요.`,
  ],
});

export const deniedTexts = pageTexts({
  denied: [(entry: string) => `Denied by ${entry}: allow it first`, (entry) => `${entry} 항목이 거부함: 먼저 허용하세요`],
});

/** Maps each look-alike domain to the known domain that it imitates. */
type Alike = ReadonlyMap<string, string>;

function inviteForm(visit: Visit, problems: readonly FieldProblem[], alike: Alike) {
  const formState = { visit, problems };
  const languageNames = new Intl.DisplayNames([visit.language], { type: "language" });
  return (
    <PostForm visit={visit} class="card" action={INVITE_PATH} hidden={alike.size === 0 ? {} : { [SEEN]: [...alike.keys()].join(" ") }}>
      {alike.size === 0 ? null : (
        <Alert kind="warn">
          {[...alike].map(([domain, like]) => (
            <p>{t.looksLike(visible(domain), visible(like))}</p>
          ))}
        </Alert>
      )}
      <p>
        <TextField
          id="addresses"
          label={t.addresses}
          value={visit.field("addresses") || visit.query("address")}
          rows={4}
          required
          autofocus={problems.every(({ field }) => field === "addresses")}
          hint={t.addressesHint(MAX_AT_ONCE)}
          problem={findFieldProblem(problems, "addresses")}
        />
      </p>
      <div class="fields">
        {hasGates(visit) ? (
          <p>
            <label for="gate">{frameTexts.gate}</label>
            <Select id="gate" name="gate" options={visit.world.gates.map((gate) => [gate, gateName(gate)])} chosen={visit.field("gate")} />
          </p>
        ) : null}
        <p>
          <SentField {...formState} id="days" label={t.days} usual={String(INVITATION_DAYS)} />
        </p>
        <p>
          <SentField {...formState} id="sponsor" label={frameTexts.sponsor} hint={t.sponsorHint} />
        </p>
        <p>
          <label for="language">{t.language}</label>
          <Select
            id="language"
            name="language"
            options={mailLanguages.map((tag) => [tag, languageNames.of(tag)])}
            chosen={visit.field("language")}
          />
        </p>
        <p>
          <SentField {...formState} id="note" label={frameTexts.note} hint={t.noteHint} />
        </p>
      </div>
      <SubmitButton text={t.send} />
    </PostForm>
  );
}

/** The field with the look-alikes that the sender has been warned of. */
const SEEN = "alike";

/** Limit of the wrong addresses that the form names. */
const MOST_ODD = 5;

const mailLanguages = Object.keys(mailTexts["invitation.text"]);

/** A name and its address as mail programs copy them: `"Ray, Dee" <dee@contoso.com>`. */
const NAMED_ADDRESS = /(?:"[^"\n]*"|[^<>",;\n])*<([^<>\s]+)>/g;

function readInvite(visit: Visit) {
  const addresses = visit
    .field("addresses")
    .replace(NAMED_ADDRESS, " $1 ")
    .split(/[\s,;]+/)
    .filter((each) => each !== "");
  const emails = [...new Set(addresses.flatMap((each) => normaliseEmail(each) ?? []))];
  const odd = addresses.flatMap((each) => describeAddressProblem(visit, each) ?? []);
  const days = daysTyped(visit, LONGEST_INVITATION_DAYS);
  const namedSponsor = visit.field("sponsor").trim();
  const sponsor = normalisePossibleEmail(namedSponsor);
  const ownSponsor = emails.find((email) => isOwnSponsor({ email, sponsor }));
  const self = emails.find((email) => isOwnRequest({ email, identities: [] }, buildDecider(visit)));
  const note = visit.field("note").trim();
  const long = tooLong(visit, note);
  const language = mailLanguages.find((tag) => tag === visit.field("language"));
  const problems: readonly FieldProblem[] = [
    ...(addresses.length === 0 ? [{ field: "addresses", text: t.nobody }] : []),
    ...(addresses.length > MAX_AT_ONCE ? [{ field: "addresses", text: t.tooMany(MAX_AT_ONCE) }] : []),
    ...odd.slice(0, MOST_ODD).map((text) => ({ field: "addresses", text })),
    ...(days === undefined ? [{ field: "days", text: frameTexts.badDays(LONGEST_INVITATION_DAYS) }] : []),
    ...(namedSponsor !== "" && sponsor === undefined
      ? [{ field: "sponsor", text: describeAddressProblem(visit, namedSponsor) ?? "" }]
      : []),
    ...(self === undefined ? [] : [{ field: "addresses", text: t.ownAddress(self) }]),
    ...(ownSponsor === undefined ? [] : [{ field: "sponsor", text: t.ownSponsor(ownSponsor) }]),
    ...(long === undefined ? [] : [{ field: "note", text: long }]),
  ];
  if (problems.length > 0 || days === undefined) return problems;
  return { emails, days, note, ...(sponsor !== undefined && { sponsor }), ...(language !== undefined && { language }) };
}

const INVITED_PATH = "/people?life=invited";

function show(visit: Visit, problems: readonly FieldProblem[] = [], alike: Alike = new Map()): Promise<Response> {
  const back = { path: INVITED_PATH, text: resultTexts.back };
  const page = { title: t.invite, problems: summariseProblems(problems), back, status: problems.length > 0 ? 400 : 200 } as const;
  return pageWithForm(
    visit,
    page,
    <>
      <Alert kind="warn">{readsInvitations(visit.world) ? undefined : t.unread}</Alert>
      {inviteForm(visit, problems, alike)}
    </>,
  );
}

async function objectionsTo(visit: Visit, people: readonly Somebody[], hashes: PersonHashes) {
  const deniedPeople = await findDenialsNow(visit, people);
  const results = people.map(async (person): Promise<PersonResult | undefined> => {
    const { email } = person;
    const denying = deniedPeople.get(person);
    if (denying?.isPartial === false) return { email, why: deniedTexts.denied(denying.entry), whyPath: denying.path };
    const account = await accountIn(visit, person, hashes);
    if (account === undefined) return undefined;
    const why = account.until === undefined ? t.hasAccess : t.hasAccessUntil(momentText(account.until));
    return { email, why, whyPath: personPath(email) };
  });
  return await Promise.all(results);
}

async function accountIn(
  { world, now }: Visit,
  { email, gate = DEFAULT_GATE }: Somebody,
  hashes: PersonHashes,
): Promise<AccountRow | undefined> {
  for (const hashOf of eachHash(hashes)) {
    for await (const page of world.accounts(() => {}).byPerson(buildPersonId(email, hashOf))) {
      const account = page.find(
        (each) => each.state === "in" && (each.gate ?? DEFAULT_GATE) === gate && (each.until === undefined || new Date(each.until) > now),
      );
      if (account !== undefined) return account;
    }
  }
  return undefined;
}

/** The look-alikes among the people's domains. Empty if the sender has been warned of all of them. */
async function unseenLookAlikes(visit: Visit, people: readonly Somebody[]): Promise<Alike> {
  const domains = [...new Set(people.map(({ email }) => splitAddress(email).domain))];
  const lookAlikes = await visit.world.alike.lookAlikesOf(domains);
  const alike = [...lookAlikes].flatMap(([domain, [first]]) => (first === undefined ? [] : [[domain, first.like] as const]));
  const seenDomains = visit.field(SEEN).split(" ");
  return new Map(alike.every(([domain]) => seenDomains.includes(domain)) ? [] : alike);
}

/** The audit log gets an entry for each invitation. */
async function send(visit: Visit): Promise<Response> {
  const { world, now } = visit;
  const invite = readInvite(visit);
  if (!("emails" in invite)) return await show(visit, invite);
  const { emails, days, note, ...shared } = invite;
  const gate = world.gates.find((each) => each === visit.field("gate"));
  const sending = { by: byVisitor(visit), act: visit.act, days, longestDays: longestDaysAt(visit, gate), ...(note !== "" && { note }) };
  const hashes = await world.hashes();
  const people = emails.map((email) => ({ email, signsUp: true, ...(gate !== undefined && { gate }) }));
  const objections = await objectionsTo(visit, people, hashes);
  const alike = await unseenLookAlikes(
    visit,
    people.filter((_, index) => objections[index] === undefined),
  );
  if (alike.size > 0) return await show(visit, [], alike);
  const results: PersonResult[] = [];
  /** The sent invitations, each as `request/ID/TURN`, the form in which forms about people name a request. */
  const sentEmails: string[] = [];
  for (const [index, { email }] of people.entries()) {
    const objection = objections[index];
    if (objection !== undefined) {
      results.push(objection);
      continue;
    }
    const invitee = { ...shared, email, ...(gate !== undefined && gate !== DEFAULT_GATE && { gate }) };
    const place = await invitationPlace(world.approvals, invitee, hashes, now);
    let result: PersonResult = { email, why: t.already };
    // If there is a valid invitation, it stays as it is, and the audit log gets no entry.
    if (!place.isValid) {
      const entry = { action: "approvals.invite", subject: place.reference, after: { email } };
      await visit.audited(entry, async () => {
        const request = await place.send(sending);
        if (request !== undefined) sentEmails.push(`request/${request.id}/${request.turn}`);
        if (request !== undefined) result = { email, until: request.passUntil, code: request.invitation?.code };
        return request !== undefined;
      });
    }
    results.push(result);
  }
  const fields = { verb: "revoke", person: sentEmails, back: INVITED_PATH };
  const undo = { says: "revoke", count: sentEmails.length, action: CHANGE_PEOPLE_PATH, fields } as const;
  return await reportResults(visit, results, { back: INVITED_PATH, said: "invite", undo });
}

export const routes: readonly ConsoleRoute[] = [
  { method: "GET", path: INVITE_PATH, access: "Approver", asks: { address: "any" }, handler: (visit) => show(visit) },
  { method: "POST", path: INVITE_PATH, access: "Approver", hidden: [SEEN], handler: send },
];
