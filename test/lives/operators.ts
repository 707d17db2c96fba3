import { toItem } from "../../adapters/tables/item";
import { writeAlone } from "../../adapters/tables/table";
import { DEFAULT_GATE } from "../../engine/sign-up/gate";
import { endAccessNow, extendAccess } from "../../features/accounts/change";
import { accountStore } from "../../features/accounts/store/accounts";
import { invitationId } from "../../features/approvals/invite-person";
import { approvalStore } from "../../features/approvals/store/approvals";
import { confirmedRun, isAhead } from "../../features/expiry/run";
import { extend, resend, revokeInvitation } from "../../features/invitations/invitation";
import { invitationPlace, moveInvitation } from "../../features/invitations/store";
import { changedPosture } from "../../features/posture/change";
import type { Posture } from "../../features/posture/posture";
import { postureStore } from "../../features/posture/world";
import type { TenantAccount } from "./directory";
import { CODES, townGates } from "./gates";
import { hashOf, type Person, people, signedIn } from "./people";
import { DAY, HOUR } from "./promises";
import { dateOf, type Scene } from "./scene";

const by = { kind: "cli", name: "operator" } as const;
/** Codes that may still be known. */
const VOUCHERS_KEPT = 8;
const INVITED_KEPT = 5;
/** A run that waits is confirmed within that time, or nobody does. */
const CONFIRMED_MS = 2 * DAY;

/** Those who run the gates, and the tenant's administrators. */
export class Operators {
  /** Addresses that were invited, the last ones. */
  private readonly invited: string[] = [];

  constructor(private readonly scene: Scene) {}

  async invitations(): Promise<void> {
    const { chance, tell, time, town } = this.scene;
    const dice = chance.next();
    const isShared = ({ email }: Person) => people.filter((each) => each.email === email).length > 1;
    const invitee = chance.oneOf(chance.is(0.4) ? people.filter(isShared) : people) as Person;
    // Of the last one there is most to say: others were used, or are over.
    const { email = invitee.email } = dice < 0.4 ? invitee : { email: chance.is(0.5) ? this.invited.at(-1) : chance.oneOf(this.invited) };
    const id = invitationId(email, undefined, hashOf);
    const days = 1 + chance.below(20);
    const sponsor = chance.is(0.5) ? { sponsor: "dana@contoso.com" } : {};
    town.isOperators = true;
    const done = await town
      .run(async (mortal) => {
        const store = approvalStore(mortal.tables, "approvals");
        const now = dateOf(this.scene);
        const until = new Date(time.now + days * DAY);
        if (dice < 0.4) {
          const place = await invitationPlace(store, { email, ...sponsor }, { hashOf }, now);
          return (await place.send({ by, days })) !== undefined && "invite";
        }
        if (dice < 0.48) {
          const invitation = await store.get(id);
          if (invitation === undefined) return false;
          const to = (chance.oneOf(people) as Person).email;
          return (await moveInvitation(store, invitation, { to, by }, { hashOf }, now)).ok && "transfer";
        }
        if (dice < 0.55)
          return (await store.change(id, (stored) => resend(stored, { by, days, code: `sent-again-${days}` }, now))).ok && "resend";
        const isRevoked = dice < 0.82;
        const outcome = await store.change(id, (stored) =>
          isRevoked ? revokeInvitation(stored, { by }, now) : extend(stored, { by }, until, now),
        );
        return outcome.ok && (isRevoked ? "revoke" : "extend invitation");
      })
      .finally(() => {
        town.isOperators = false;
      });
    if (typeof done !== "string") return;
    tell(done, email);
    if (done !== "invite") return;
    this.invited.push(email);
    if (this.invited.length > INVITED_KEPT) this.invited.shift();
    const person = people.find((each) => each.email === email);
    if (person !== undefined && chance.is(0.7)) this.scene.approved.push({ person, gate: townGates.partners });
  }

  /** Sponsors renew, operators extend and end. */
  async ends(): Promise<void> {
    const { chance, promises } = this.scene;
    const id = chance.oneOf([...promises.accesses.keys()]);
    if (id !== undefined) await this.end(id);
  }

  /** Somebody renews just when the worker was ended while it disabled an account. @returns whether there was one */
  async rescue(): Promise<boolean> {
    const [id] = [...this.scene.promises.accesses].find(([, { isBeingDisabled }]) => isBeingDisabled) ?? [];
    if (id === undefined) return false;
    await this.end(id, false);
    return true;
  }

  private async end(id: string, isEnd = this.scene.chance.is(0.3)): Promise<void> {
    const { chance, promises, tell, time, town } = this.scene;
    const now = dateOf(this.scene);
    const change = async (until: number) =>
      await town.run(async (mortal) => {
        promises.mayEnd(id, until);
        return await accountStore(mortal.tables, "accounts").change(id, (stored) =>
          isEnd
            ? endAccessNow(stored, { by }, now)
            : extendAccess(stored, new Date(until).toISOString(), { by }, now, chance.is(0.5) ? "renewed" : "extended"),
        );
      });
    // A sponsor and an operator at the same time, now and then.
    const ends = Array.from({ length: chance.is(0.2) ? 2 : 1 }, () => time.now + (isEnd ? 0 : (1 + chance.below(120)) * DAY));
    for (const outcome of await Promise.all(ends.map(change))) if (outcome?.ok) tell(isEnd ? "end now" : "extend", id);
  }

  /** Somebody types into the tables: the access list, codes. */
  async edit(): Promise<void> {
    const { chance, tell, time, town, vouchers } = this.scene;
    if (chance.is(0.3)) {
      const value = `V${time.now.toString(36).toUpperCase()}`;
      await town.run(({ tables }) => tables.call("PutItem", { TableName: "values", Item: toItem({ list: CODES, value }) }));
      vouchers.push(value);
      if (vouchers.length > VOUCHERS_KEPT) vouchers.shift();
      return tell("hand out code", value);
    }
    const { email } = chance.oneOf(people) as Person;
    const entry = chance.is(0.85) ? email : (chance.oneOf(["partner.com", "throwaway.example", "supplier.com"]) as string);
    const typed = chance.is(0.2) ? ` ${entry.toUpperCase()}` : entry;
    const effect = chance.oneOf(["allow", "allow", "allow", "approval", "deny", "deny"]);
    const isRemoved = chance.is(0.5);
    const row = {
      entry: typed,
      effect,
      ...(chance.is(0.9) && { expiresAt: new Date(time.now + chance.below(40) * DAY).toISOString() }),
      ...(chance.is(0.2) && { gates: ["suppliers"] }),
    };
    await town.run(({ tables }) =>
      isRemoved
        ? tables.call("DeleteItem", { TableName: "list", Key: toItem({ entry }) })
        : tables.call("PutItem", { TableName: "list", Item: toItem(row) }),
    );
    tell(isRemoved ? "list: remove" : `list: ${effect}`, entry);
  }

  /** A gate is closed for some hours, or opened. */
  async gates(): Promise<void> {
    const { chance, tell, town } = this.scene;
    const gate = chance.oneOf(Object.values(townGates))?.name ?? DEFAULT_GATE;
    const state = chance.oneOf<Posture>(["open", "open", "approval", "listed", "closed"]) ?? "open";
    const isDone = await town.run(async ({ tables }) => {
      const store = postureStore(tables, "decisions");
      const before = (await store.of([gate])).get(gate);
      const now = dateOf(this.scene);
      const until = new Date(now.getTime() + (1 + chance.below(100)) * HOUR);
      const change = { gate, state, by: "operator", via: "command", ...(state !== "open" && { reason: "a storm", until }) } as const;
      return (await writeAlone(store.replacing(before, changedPosture(before, change, now)))).written;
    });
    if (isDone) tell(`gate ${state}`, gate);
  }

  /** Administrators do in Entra what they like. */
  administrators(): void {
    const { chance, promises, tell, time, town } = this.scene;
    const deed = (["delete", "disable", "enable", "role", "no role", "other mail", "stranger"] as const)[chance.below(7)];
    const isNearEnd = ({ id }: TenantAccount) => (promises.accesses.get(id)?.until ?? Number.POSITIVE_INFINITY) < time.now + 7 * DAY;
    // A role comes just before the end, and what was disabled is enabled.
    const isApt = (each: TenantAccount) => (deed === "enable" ? !each.accountEnabled : deed === "role" && isNearEnd(each));
    const all = [...town.directory.accounts.values()].filter(({ userType }) => userType !== "Member");
    const account = (chance.is(0.8) ? chance.oneOf(all.filter(isApt)) : undefined) ?? chance.oneOf(all);
    if (account === undefined) return;
    if (deed === "delete") town.directory.accounts.delete(account.id);
    if (deed === "disable" || deed === "enable") account.accountEnabled = deed === "enable";
    if (deed === "role" || deed === "no role") account.hasRole = deed === "role";
    if (deed === "other mail" && chance.is(0.3)) account.mail = `renamed-${chance.below(1_000)}@elsewhere.com`;
    if (deed === "stranger")
      town.directory.add({
        mail: (chance.oneOf(people) as Person).email,
        identities: signedIn("google.com", `s-${chance.below(1e6)}`),
        isStrangers: true,
      });
    if (deed === "disable" || deed === "enable") promises.administered(account.id, deed === "enable");
    tell(`administrator: ${deed}`, account.id);
  }

  async confirm(): Promise<void> {
    const { time, town, tell } = this.scene;
    const before = await town.runs.read();
    const [run] = before.runs;
    const right = before.runs.filter((each) => !isAhead(each, dateOf(this.scene)));
    if (right.length < before.runs.length) {
      await town.runs.keep(before, right);
      return tell("forget runs of a wrong clock");
    }
    // Nobody confirms a run of another day than today.
    if (run?.state !== "waiting" || Math.abs(Date.parse(run.at) - time.now) > CONFIRMED_MS) return;
    await town.runs.write(before, confirmedRun(run, "operator"));
    tell("confirm run", `${run.why} ${run.toDisable} ${run.toDelete}`);
  }
}
