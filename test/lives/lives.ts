import { invitationPlace } from "../../adapters/invitations";
import { accountStore } from "../../adapters/tables/accounts";
import { approvalStore } from "../../adapters/tables/approvals";
import type { AccountRow } from "../../engine/access/account";
import { endAccessNow, extendAccess } from "../../engine/access/change";
import { confirmedRun, isAhead } from "../../engine/access/run";
import type { AccessTerms } from "../../engine/access/terms";
import { decideRequest } from "../../engine/approvals/deciding";
import { extend, invitationId, revokeInvitation } from "../../engine/approvals/invitation";
import { type ApprovalRequest, requestId } from "../../engine/approvals/request";
import { access } from "../../engine/rules/access";
import { approvers } from "../../engine/rules/approvers";
import { invited } from "../../engine/rules/invited";
import { requestApproval } from "../../engine/rules/request-approval";
import { beforeCreateUser } from "../../engine/sign-up/policy";
import { normaliseIssuer } from "../../engine/sign-up/sign-up";
import { type Chance, chanceOf } from "./chance";
import type { TenantAccount, Weather } from "./directory";
import { DAY, HOUR, MINUTE, Promises } from "./promises";
import { foundTown, hashOf, type Town } from "./town";

/** The first moment of every town. */
const BEGIN = Date.parse("2026-01-01T00:00:00Z");
const YEAR = 365 * DAY;
/** How long the worker has, once all is well, before nobody may be past their end. */
const PATIENCE_DAYS = 4;
/** So many deeds are named when a promise is broken. */
const REMEMBERED = 25;

const terms: AccessTerms = { days: 60, renew: "sponsor", remind: [30, 7], disable: 0, delete: 14 };

const policy = beforeCreateUser([
  invited({ otherwise: "approval" }),
  access({ days: terms.days, remind: terms.remind, then: { disable: terms.disable, delete: 14 }, otherwise: "approval" }),
  requestApproval({
    when: "referred",
    then: "continue",
    unproven: "block",
    passDays: 7,
    askAgainAfterDays: 14,
    answerWithinDays: 14,
    stages: [
      { by: approvers("ben@contoso.com"), orElse: approvers("anna@contoso.com"), within: "48h" },
      { by: approvers("Security"), need: 2 },
    ],
  }),
]);

interface Person {
  readonly email: string;
  readonly identities: TenantAccount["identities"];
  /** Whether the provider proves the address. */
  readonly isProven: boolean;
}

const signedIn = (issuer: string, issuerAssignedId: string) => [{ signInType: "federated", issuer, issuerAssignedId }];
const honest = ["kim", "lee", "park", "choi", "jung", "han", "yoon", "shin"].map((name, index): Person => {
  const email = `${name}@partner.com`;
  return { email, identities: signedIn("google.com", `g-${index}`), isProven: true };
});
/** Another account with the address of somebody, one that proves nothing, and an approver who asks for themselves. */
const others: readonly Person[] = [
  { email: "kim@partner.com", identities: signedIn("google.com", "g-other"), isProven: true },
  { email: "lee@partner.com", identities: signedIn("facebook.com", "f-1"), isProven: false },
  { email: "anna@contoso.com", identities: signedIn("mail", "anna@contoso.com"), isProven: true },
];
const people = [...honest, ...others];
/** Two lead, three are of Security; one of them is both. */
const deciders = [
  { name: "ben@contoso.com", roles: [] },
  { name: "anna@contoso.com", roles: ["Security"] },
  { name: "cara@contoso.com", roles: ["Security"] },
  { name: "dana@contoso.com", roles: ["Security"] },
  { name: "eve@contoso.com", roles: ["Approver"] },
] as const;
const security = new Set<string>(deciders.flatMap(({ name, roles }) => (roles.some((role) => role === "Security") ? [name] : [])));
const leads = new Set(["ben@contoso.com", "anna@contoso.com"]);
type TownDecider = (typeof deciders)[number];
const operator = { kind: "cli", name: "operator" } as const;

export interface Lived {
  readonly years: number;
  readonly deeds: number;
  /** How often each thing happened: a simulation in which nothing happens keeps every promise. */
  readonly seen: Readonly<Record<string, number>>;
}

/** A promise was broken: the seed shows it once more. */
export class BrokenLife extends Error {
  override readonly name = "BrokenLife";
}

/** Lives some years in a town. Throws BrokenLife. */
export async function live(seed: number, years: number): Promise<Lived> {
  const chance = chanceOf(seed);
  const time = { now: BEGIN, skew: 0 };
  const promises = new Promises(
    () => time.now,
    () => time.now + time.skew,
    terms,
    { security, leads },
  );
  const story: string[] = [];
  const seen = new Map<string, number>();
  const tell = (what: string, about = "") => {
    seen.set(what, (seen.get(what) ?? 0) + 1);
    story.push(`${new Date(time.now).toISOString()} ${what} ${about}`);
    if (story.length > REMEMBERED) story.shift();
  };
  const town = await foundTown(chance, { entra: () => time.now, ours: () => time.now + time.skew }, policy, terms, promises, tell);
  // Accounts of the tenant that no gate let in.
  for (const mail of [...deciders.map(({ name }) => name), "colleague@contoso.com"])
    town.directory.add({ mail, identities: [], userType: "Member", userPrincipalName: mail });
  town.directory.add({ mail: "kim@partner.com", identities: signedIn("google.com", "g-before") });
  const lives = new Lives(town, chance, time, promises, tell);
  let deeds = 0;
  try {
    for (const end = BEGIN + years * YEAR; time.now < end; deeds++) {
      await lives.deed();
      if (chance.is(1 / 150)) await lives.settle();
    }
    await lives.settle();
  } catch (error) {
    throw new BrokenLife(`Seed ${seed}: ${error instanceof Error ? error.stack : String(error)}\n${story.join("\n")}`, { cause: error });
  }
  return { years, deeds, seen: Object.fromEntries(seen) };
}

/** The people of a town, and what they do. */
class Lives {
  constructor(
    private readonly town: Town,
    private readonly chance: Chance,
    private readonly time: { now: number; skew: number },
    private readonly promises: Promises,
    private readonly tell: (what: string, about?: string) => void,
  ) {}

  private get date(): Date {
    return new Date(this.time.now);
  }

  /** Time passes, somebody does something, and functions run, some of which are ended. */
  async deed(): Promise<void> {
    const { chance, town } = this;
    this.time.now += chance.oneOf([MINUTE, 6 * HOUR, DAY, 3 * DAY, 5 * DAY, 6 * DAY]) ?? DAY;
    town.deaths = chance.is(0.3) ? 0.5 : 0.02;
    if (chance.is(0.05)) town.directory.weather = (["fine", "fine", "flaky", "throttled", "down"] as Weather[])[chance.below(5)] ?? "fine";
    await this.act(chance.below(100));
    if (chance.is(0.8)) await town.deliver(false);
    if (chance.is(0.7)) await this.worker();
    if (chance.is(0.15)) await town.sweep().catch(rethrowUnlessFailed);
  }

  private async act(dice: number): Promise<void> {
    if (dice < 40) await this.signUp();
    else if (dice < 66) await this.decide();
    else if (dice < 78) await this.invitations();
    else if (dice < 85) await this.ends();
    else if (dice < 92) this.administrators();
    else await this.confirm();
  }

  private async signUp(): Promise<void> {
    const { chance, town } = this;
    const person = (chance.is(0.5) ? this.approved.pop() : undefined) ?? chance.oneOf(chance.is(0.8) ? honest : people);
    if (person === undefined) return;
    const mayCome = ![...town.directory.accounts.values()].some(
      (each) => each.accountEnabled && each.mail === person.email && hasIdentity(each, person),
    );
    if (!mayCome) return;
    const displayName = chance.is(0.8) ? "Kim" : `Kim ${chance.below(3)}`;
    const claims = { email: person.email, identities: person.identities, displayName, ui_locales: "en" };
    const count = chance.is(0.1) ? 2 : 1;
    const answers = await Promise.all(Array.from({ length: count }, () => town.signUp(claims)));
    this.tell("signs up", `${person.email} ${person.identities[0]?.issuerAssignedId}: ${answers.join()}`);
    if (!answers.includes("Continue")) {
      this.asking = [...this.asking.filter((each) => each !== person), person].slice(-3);
      return;
    }
    const call = `${person.identities[0]?.issuerAssignedId} ${displayName}`;
    const { email } = person;
    const why = this.promises.letIn({
      id: requestIdOf(person),
      invitationId: invitationId(email, undefined, hashOf),
      call,
      email,
    });
    this.tell(`is let in, ${why}`, email);
    this.asking = this.asking.filter((each) => each !== person);
    if (![...town.directory.accounts.values()].some((each) => each.mail === email && hasIdentity(each, person)))
      town.directory.add({ mail: email, identities: person.identities });
  }

  /** People who hear that they were approved. */
  private readonly approved: Person[] = [];
  /** People who were not let in when they last came. */
  private asking: Person[] = [];
  /** What approvers have before them may be old. */
  private readonly screens: { readonly approver: TownDecider; readonly request: ApprovalRequest }[] = [];

  /** Some approvers look at a person's request, one after the other. */
  private async decide(): Promise<void> {
    const { chance } = this;
    const person = (chance.is(0.9) ? chance.oneOf(this.asking) : undefined) ?? (chance.oneOf(people) as Person);
    for (let count = chance.below(5); count >= 0; count--) await this.decideOn(person);
  }

  private async decideOn(person: Person): Promise<void> {
    const { chance, town } = this;
    const request = await town.store.get(requestIdOf(person));
    const approver = chance.oneOf(deciders) as TownDecider;
    if (request !== undefined) {
      this.promises.show(approver.name, request);
      this.screens.push({ approver, request });
    }
    const screen = chance.is(0.7) ? this.screens.at(-1) : chance.oneOf(this.screens);
    if (this.screens.length > 5) this.screens.shift();
    if (screen === undefined) return;
    const verb = chance.oneOf([...Array.from({ length: 14 }, () => "approve" as const), "deny", "reopen"] as const) ?? "approve";
    const say = async ({ approver: { name, roles }, request: seen }: typeof screen) =>
      await town.run(async (mortal) => {
        const decider = { names: [name], addresses: [name], roles };
        this.promises.show(name, seen);
        return await decideRequest(
          approvalStore(mortal.tables, "approvals"),
          verb,
          { id: seen.id, reference: seen.reference, seen, by: { kind: "console", name }, decider },
          this.date,
        );
      });
    const second = { approver: chance.oneOf(deciders) as TownDecider, request: screen.request };
    const outcomes = await Promise.all([say(screen), ...(chance.is(0.1) && second.approver !== screen.approver ? [say(second)] : [])]);
    this.tell(verb, `${screen.request.email} by ${screen.approver.name}: ${outcomes.map((each) => each?.ok ?? "killed").join()}`);
    if (outcomes.some((each) => each?.ok && each.request.state === "approved"))
      this.approved.push(...people.filter((each) => requestIdOf(each) === screen.request.id));
    if (outcomes.some((each) => each?.ok !== false) && verb === "approve") this.promises.renewed(screen.request.email);
  }

  private async invitations(): Promise<void> {
    const { chance, town } = this;
    const { email } = chance.oneOf(people) as Person;
    const id = invitationId(email, undefined, hashOf);
    const days = 1 + chance.below(20);
    town.isOperators = true;
    const done = await town
      .run(async (mortal) => {
        const store = approvalStore(mortal.tables, "approvals");
        if (chance.is(0.5)) {
          const place = await invitationPlace(store, { email }, { hashOf }, this.date);
          return (await place.send({ by: operator, days })) !== undefined && "invite";
        }
        const isRevoked = chance.is(0.5);
        const until = new Date(this.time.now + days * DAY);
        const outcome = await store.change(id, (stored) =>
          isRevoked ? revokeInvitation(stored, { by: operator }, this.date) : extend(stored, { by: operator }, until, this.date),
        );
        return outcome.ok && (isRevoked ? "revoke" : "extend invitation");
      })
      .finally(() => {
        town.isOperators = false;
      });
    if (typeof done === "string") this.tell(done, email);
  }

  /** Sponsors renew, operators extend and end. */
  private async ends(): Promise<void> {
    const { chance, town } = this;
    const id = chance.oneOf([...this.promises.accesses.keys()]);
    if (id === undefined) return;
    const isEnd = chance.is(0.2);
    const until = this.time.now + (isEnd ? 0 : (1 + chance.below(120)) * DAY);
    this.promises.mayEnd(id, until);
    const outcome = await town.run(async (mortal) => {
      return await accountStore(mortal.tables, "accounts").change(id, (stored) =>
        isEnd
          ? endAccessNow(stored, { by: operator }, this.date)
          : extendAccess(stored, new Date(until).toISOString(), { by: operator }, this.date, chance.is(0.5) ? "renewed" : "extended"),
      );
    });
    if (outcome?.ok) this.tell(isEnd ? "end now" : "extend", id);
  }

  /** Administrators do in Entra what they like. */
  private administrators(): void {
    const { chance, town } = this;
    const account = chance.oneOf([...town.directory.accounts.values()]);
    if (account === undefined || account.userType === "Member") return;
    const deed = (["delete", "disable", "enable", "role", "no role", "other mail", "stranger"] as const)[chance.below(7)];
    if (deed === "delete") town.directory.accounts.delete(account.id);
    if (deed === "disable" || deed === "enable") account.accountEnabled = deed === "enable";
    if (deed === "role" || deed === "no role") account.hasRole = deed === "role";
    if (deed === "other mail" && chance.is(0.3)) account.mail = `renamed-${chance.below(1_000)}@elsewhere.com`;
    if (deed === "stranger")
      town.directory.add({ mail: (chance.oneOf(people) as Person).email, identities: signedIn("google.com", `s-${chance.below(1e6)}`) });
    if (deed === "disable" || deed === "enable") this.promises.administered(account.id, deed === "enable");
    this.tell(`administrator: ${deed}`, account.id);
  }

  private async confirm(): Promise<void> {
    const before = await this.town.runs.read();
    const [run] = before.runs;
    const right = before.runs.filter((each) => !isAhead(each, this.date));
    if (right.length < before.runs.length) {
      await this.town.runs.keep(before, right);
      return this.tell("forget runs of a wrong clock");
    }
    // Nobody confirms a run of another day than today.
    if (run?.state !== "waiting" || Math.abs(Date.parse(run.at) - this.time.now) > 2 * DAY) return;
    await this.town.runs.write(before, confirmedRun(run, "operator"));
    this.tell("confirm run", `${run.why} ${run.toDisable} ${run.toDelete}`);
  }

  /** The worker's clock may be wrong, by more than a week. */
  private async worker(): Promise<void> {
    const { chance, time, town } = this;
    if (!chance.is(0.01)) return await town.endAccess();
    this.tell("clock jumps");
    // What it does by the wrong time is held to the right one.
    time.skew = chance.is(0.7) ? (8 + chance.below(400)) * DAY : -(2 + chance.below(300)) * DAY;
    try {
      await town.endAccess();
    } finally {
      time.skew = 0;
    }
  }

  /** All is well for some days: whatever waits is done. */
  async settle(): Promise<void> {
    const { town } = this;
    town.deaths = 0;
    town.directory.weather = "fine";
    for (let day = 0; day < PATIENCE_DAYS; day++) {
      this.time.now += DAY + HOUR;
      await town.sweep();
      await town.deliver(true);
      await this.confirm();
      await town.endAccess();
      await this.confirm();
      await town.endAccess();
    }
    this.tell("settled");
    const rows = new Map<string, AccountRow | undefined>();
    for (const id of town.directory.accounts.keys()) rows.set(id, await town.accounts.get(id));
    this.promises.settled(town.directory.accounts.values(), PATIENCE_DAYS * DAY, rows);
    for (const person of people) {
      const request = await town.store.get(requestIdOf(person));
      if (request !== undefined) this.promises.waits(request);
    }
  }
}

function requestIdOf({ email, identities }: Person): string {
  return requestId({ email, identities: identities.map((each) => ({ ...each, issuer: normaliseIssuer(each.issuer) })) }, hashOf);
}

function hasIdentity({ identities }: TenantAccount, person: Person): boolean {
  return identities.some((each) =>
    person.identities.some((one) => one.issuer === each.issuer && one.issuerAssignedId === each.issuerAssignedId),
  );
}

function rethrowUnlessFailed(error: unknown): void {
  if (error instanceof Error && error.message.startsWith("Requests that could not be dealt with")) return;
  throw error;
}
