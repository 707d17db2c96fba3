import { VERB_FIELD } from "../../console/mail-answer/frame";
import type { DecisionAction } from "../../features/approvals/change";
import { decideRequest, restrictToShown } from "../../features/approvals/deciding";
import type { ApprovalRequest } from "../../features/approvals/request";
import { reassign, remindApprovers } from "../../features/approvals/stages";
import { approvalStore } from "../../features/approvals/store/approvals";
import { delegationStore } from "../../features/approvals/store/delegations";
import { townGates } from "./gates";
import { deciders, people, requestIdOf, type TownDecider } from "./people";
import { DAY } from "./promises";
import { dateOf, type Scene, type Visitor } from "./scene";

/** What an approver has before them. */
interface Screen {
  readonly approver: TownDecider;
  readonly request: ApprovalRequest;
}

/** A link of a mail. */
interface Link {
  readonly address: string;
  readonly request: string;
  readonly key: string;
}

const verbs: readonly DecisionAction[] = [...Array.from({ length: 14 }, () => "approve" as const), "deny", "reopen", "retry"];

/** Those who decide, in the console and from their mail. */
export class Approvers {
  /** They may be old. */
  private readonly screens: Screen[] = [];

  constructor(private readonly scene: Scene) {}

  /** Some approvers look at a person's request, one after the other. */
  async decide(): Promise<void> {
    const { chance, time, asking } = this.scene;
    const anybody = (): Visitor => ({
      person: chance.oneOf(people) as Visitor["person"],
      gate: chance.oneOf(Object.values(townGates)) as Visitor["gate"],
    });
    const visitor = (chance.is(0.9) ? chance.oneOf(asking) : undefined) ?? anybody();
    if (chance.is(0.35)) {
      for (const each of [...asking]) await this.agree(each);
      return;
    }
    for (let count = chance.below(5); count >= 0; count--) {
      // No two people are as fast as that.
      time.now += 1_000;
      const dice = chance.next();
      const { length } = this.scene.approved;
      if (dice < 0.85) await this.inConsole(visitor);
      else if (dice < 0.93) await this.fromMail();
      else await this.arrange(visitor);
      // What is done is done.
      if (this.scene.approved.length !== length && chance.is(0.9)) return;
    }
  }

  /** All who are asked say yes, one after the other. */
  private async agree({ person, gate }: Visitor): Promise<void> {
    const { chance, time, town } = this.scene;
    for (let count = 0; count < 6; count++) {
      time.now += 1_000;
      const request = await town.store.get(requestIdOf(person, gate));
      if (request?.state !== "pending") return;
      const approver = chance.oneOf(askedOf(request)) ?? (chance.oneOf(deciders) as TownDecider);
      await this.press("approve", { approver, request });
    }
  }

  private async look({ person, gate }: Visitor): Promise<Screen | undefined> {
    const { chance, promises, town } = this.scene;
    const request = await town.store.get(requestIdOf(person, gate));
    const asked = askedOf(request);
    const { orElse = [] } = request?.stages?.list[request.stages.running] ?? {};
    // Some are eager: those who would be asked later, and who asks for themselves.
    const eager = deciders.filter(({ name }) => orElse.includes(name) || name === request?.email.replace(/\+[^@]*/, ""));
    const those = chance.is(0.75) ? asked : chance.is(0.6) ? eager : deciders;
    const approver = chance.oneOf(those.length > 0 ? those : deciders) as TownDecider;
    if (request !== undefined) {
      promises.show(approver.name, request);
      this.screens.push({ approver, request });
    }
    if (this.screens.length > 5) this.screens.shift();
    return chance.is(0.7) ? this.screens.at(-1) : chance.oneOf(this.screens);
  }

  private async inConsole(visitor: Visitor): Promise<void> {
    const screen = await this.look(visitor);
    if (screen !== undefined) await this.press(this.scene.chance.oneOf(verbs) ?? "approve", screen);
  }

  private async press(verb: DecisionAction, screen: Screen): Promise<void> {
    const { chance, tell } = this.scene;
    const second = { approver: chance.oneOf(deciders) as TownDecider, request: screen.request };
    const isContested = chance.is(0.1) && second.approver !== screen.approver;
    const outcomes = await Promise.all([this.say(verb, screen), ...(isContested ? [this.say(verb, second)] : [])]);
    tell(verb, `${screen.request.email} by ${screen.approver.name}: ${outcomes.map((each) => each?.ok ?? "killed").join()}`);
    for (const outcome of outcomes)
      if (outcome?.ok && outcome.request.stages?.votes.some((vote) => vote.for !== undefined)) tell("votes as delegate");
    await this.afterwards(screen.request, verb === "approve" && outcomes.some((each) => each?.ok !== false));
  }

  private async say(verb: DecisionAction, { approver: { name, roles }, request: seen }: Screen) {
    const { town, promises } = this.scene;
    return await town.run(async (mortal) => {
      const { taken } = await delegationStore(mortal.tables, "ledger").of([name], dateOf(this.scene));
      const decider = { names: [name], addresses: [name], roles, standsInFor: taken.map(({ from }) => from) };
      promises.show(name, seen);
      const deciding = { id: seen.id, reference: seen.reference, seen, by: { kind: "console", name }, decider } as const;
      return await decideRequest(approvalStore(mortal.tables, "approvals"), verb, deciding, dateOf(this.scene));
    });
  }

  /** The person hears of it. */
  private async afterwards({ id, email }: Pick<ApprovalRequest, "id" | "email">, mayBeApproved: boolean): Promise<void> {
    const { approved, promises, town } = this.scene;
    if (!mayBeApproved) return;
    promises.renewed(email);
    if ((await town.store.get(id))?.state !== "approved") return;
    for (const gate of Object.values(townGates))
      approved.push(...people.flatMap((person) => (requestIdOf(person, gate) === id ? [{ person, gate }] : [])));
    if (approved.length > 10) approved.shift();
  }

  /** Scanners open each link, and at times somebody who may decide. @param isNews whether the mail has just come */
  async fromMail(isNews = false): Promise<void> {
    const { chance, promises, tell, town } = this.scene;
    const link = chance.oneOf(this.links(isNews ? 1 : 20));
    if (link === undefined) return;
    const { address, request: id, key } = link;
    const before = JSON.stringify(await town.store.get(id));
    const query = String(new URLSearchParams({ request: id, key }));
    for (let count = chance.below(3); count >= 0; count--) await town.visit({ method: "GET", query });
    const shown = await town.store.get(id);
    promises.scanned(id, before === JSON.stringify(shown));
    tell("mail opened", id);
    if (shown === undefined || chance.is(0.3)) return;
    promises.show(address, shown);
    const form = { request: id, key: chance.is(0.9) ? key : `${key.slice(1)}A`, [VERB_FIELD]: chance.is(0.9) ? "approve" : "deny" };
    const visits = await Promise.all(Array.from({ length: chance.is(0.2) ? 2 : 1 }, () => town.visit({ method: "POST", form })));
    tell(visits.includes(200) ? "decided from mail" : "mail link over", `${shown.email} by ${address}: ${visits.join()}`);
    await this.afterwards(shown, form[VERB_FIELD] === "approve");
  }

  private links(days: number): readonly Link[] {
    const { time, town } = this.scene;
    const recent = town.mails.filter(({ at }) => at > time.now - days * DAY);
    return recent.flatMap(({ to: [address = ""], text }) =>
      [...text.matchAll(/https:\/\/decide\.test\/decide\?(\S+)/g)].map(([, query = ""]) => {
        const shown = new URLSearchParams(query);
        return { address, request: shown.get("request") ?? "", key: shown.get("key") ?? "" };
      }),
    );
  }

  /** Somebody asks others, reminds those who are asked, or hands over for a while. */
  private async arrange(visitor: Visitor): Promise<void> {
    const { chance, promises, tell, town } = this.scene;
    const [from, to] = [chance.oneOf(deciders) as TownDecider, chance.oneOf(deciders) as TownDecider];
    const now = dateOf(this.scene);
    if (chance.is(0.3)) {
      if (from === to) return;
      const isOver = chance.is(0.3);
      if (!isOver) promises.delegated(from.name, to.name);
      await town.run(async ({ tables }) => {
        const store = delegationStore(tables, "ledger");
        const until = new Date(now.getTime() + (1 + chance.below(20)) * DAY);
        await (isOver ? store.end([from.name]) : store.give([from.name], to.name, until, now));
      });
      return tell(isOver ? "ends delegation" : "delegates", `${from.name} ${to.name}`);
    }
    const screen = await this.look(visitor);
    if (screen === undefined) return;
    const { request } = screen;
    const isReminder = chance.is(0.4);
    const by = { kind: "console", name: from.name } as const;
    const asked = [to.name, chance.is(0.5) ? "role:Security" : "eve@contoso.com"];
    if (!isReminder) for (const name of asked) promises.reassigned(request.id, name);
    const outcome = await town.run(({ tables }) =>
      approvalStore(tables, "approvals").change(
        request.id,
        restrictToShown(request, (stored) => (isReminder ? remindApprovers(stored, { by }, now) : reassign(stored, { by }, asked, now))),
      ),
    );
    if (outcome?.ok) tell(isReminder ? "remind" : "reassign", request.email);
  }
}

function askedOf(request: ApprovalRequest | undefined): readonly TownDecider[] {
  return deciders.filter(({ name, roles }) =>
    [name, ...roles.map((role) => `role:${role}`)].some((each) => request?.asked?.includes(each)),
  );
}
