import { invitationId } from "../../features/approvals/invite-person";
import { CODES, TERMS, type TownGate, townGates } from "./gates";
import { crowd, hashOf, holderOf, honest, isAccountOf, type Person, people, requestIdOf } from "./people";
import { HOUR, MINUTE } from "./promises";
import { dateOf, type Scene, type Visitor } from "./scene";
import type { Form } from "./verdicts";

/** How often somebody tries before they give up for today. */
const PATIENCE = 3;
/** Entra waits no longer for an answer, and asks no more. */
const MOST_CALLS = 2;
const CUSTOMERS_REMEMBERED = 200;

interface Asked {
  readonly answers: readonly (string | undefined)[];
  /** When the last call came: others pass the time while it is answered. */
  readonly at: number;
}

/** Entra as a caller, and the people who fill in its form. */
export class Entra {
  /** Accounts in the customers' directory, by their provider's name for them. */
  private readonly customers = new Set<string>();
  private waves = 0;

  constructor(private readonly scene: Scene) {}

  /** Somebody signs up, or several at once. */
  async signUp(): Promise<void> {
    const { chance, approved } = this.scene;
    if (chance.is(0.04)) return await this.crowd();
    const back = chance.is(0.7) ? approved.pop() : undefined;
    await this.visit(back ?? this.newcomer());
  }

  /** Some of those who can sign in do, or fail to. Every second guest hardly ever comes. */
  signIns(): void {
    const { chance, time, tell, town } = this.scene;
    for (const account of town.directory.accounts.values()) {
      if (!account.accountEnabled || !chance.is(Number(account.id.slice(-12)) % 2 === 0 ? 0.02 : 0.3)) continue;
      account.lastAttempt = new Date(time.now).toISOString();
      // Some have forgotten their password.
      if (chance.is(Number(account.id.slice(-12)) % 5 === 1 ? 0.95 : 0.1)) continue;
      account.lastSuccess = account.lastAttempt;
      if (account.externalUserState === "PendingAcceptance")
        Object.assign(account, { externalUserState: "Accepted", externalUserStateChangeDateTime: account.lastAttempt });
      tell("uses access", account.id);
    }
  }

  private newcomer(): Visitor {
    const { chance } = this.scene;
    const person = chance.oneOf(chance.is(0.6) ? honest : people) as Person;
    const dice = chance.next();
    const disabled = chance.is(0.2) ? this.disabled() : undefined;
    if (disabled !== undefined) return disabled;
    return { person, gate: dice < 0.55 ? townGates.partners : dice < 0.8 ? townGates.suppliers : townGates.customers };
  }

  /** Somebody whose account works no more, at a gate where accounts end. */
  private disabled(): Visitor | undefined {
    const { chance, town } = this.scene;
    const accounts = [...town.directory.accounts.values()].filter(({ accountEnabled }) => !accountEnabled);
    const person = chance.oneOf(people.filter((each) => accounts.some((account) => isAccountOf(account, each))));
    return person && { person, gate: chance.is(0.5) ? townGates.partners : townGates.suppliers };
  }

  /** A script signs up with throw-away accounts, many of them at once. */
  private async crowd(): Promise<void> {
    const { chance, tell } = this.scene;
    this.waves += 1;
    const all = crowd(chance.is(0.1) ? 120 : 12, this.waves);
    tell("crowd", String(all.length));
    const gate = townGates.customers;
    for (let at = 0; at < all.length; at += 4) {
      await Promise.all(
        all.slice(at, at + 4).map(async (person) => await this.send({ person, gate }, { displayName: "Bot", [TERMS]: true })),
      );
    }
  }

  private async visit(visitor: Visitor): Promise<void> {
    const { chance, tell } = this.scene;
    const { person, gate } = visitor;
    if (this.hasAccount(visitor)) return;
    // Accounts of Entra's own come to the second step alone.
    const isStopped = person.identities.length > 0 && (await this.isStopped(visitor));
    if (isStopped) return;
    for (let count = 1; count <= PATIENCE; count++) {
      const form = this.formOf(visitor, count);
      if (gate !== townGates.customers && chance.is(0.04)) return await this.inTwoTabs(visitor, form);
      const answers = await this.send(visitor, form);
      if (answers.includes("Continue")) return;
      if (!answers.includes("ValidationError")) break;
      if (chance.is(person.temper === "careless" ? 0.4 : 0.1)) return tell("gives up", person.email);
    }
    const { asking } = this.scene;
    const others = asking.filter((each) => each.person !== person || each.gate !== gate);
    asking.splice(0, asking.length, ...[...others, visitor].slice(-4));
  }

  /** The first step: whether the person goes no further. */
  private async isStopped({ person, gate }: Visitor): Promise<boolean> {
    const { answers } = await this.ask(gate, "afterSignIn", claimsOf(person));
    this.scene.tell("signs in", `${person.email} ${gate.name ?? ""}: ${answers.join()}`);
    return !answers.includes("Continue");
  }

  /** What somebody types, more carefully each time. */
  private formOf({ person: { email, temper }, gate }: Visitor, count: number): Form {
    const { chance, town, vouchers } = this.scene;
    const displayName = chance.is(0.8) ? "Kim" : `Kim ${chance.below(3)}`;
    const isSloppy = temper !== "honest" && count === 1 && chance.is(0.6);
    if (gate.name === "customers") {
      const code = isSloppy || chance.is(0.05) ? `guess-${chance.below(50)}` : chance.oneOf(vouchers);
      return {
        displayName,
        ...(!isSloppy || chance.is(0.5) ? { [TERMS]: true } : {}),
        ...(code !== undefined && chance.is(0.6) && { [CODES]: code }),
      };
    }
    if (gate.name !== undefined || !chance.is(temper === "hostile" ? 0.5 : 0.1)) return { displayName };
    // From whose mail it comes nobody knows.
    const code = chance.oneOf(town.mails.flatMap(({ text }) => /\b[a-z0-9]{4}(?:-[a-z0-9]{4}){2,}\b/i.exec(text)?.[0] ?? []));
    return { displayName, extension_InvitationCode: chance.is(0.5) || code === undefined ? `wrong-${email.length}` : code };
  }

  /** The second step with a form. Entra makes the account of whoever may go on. */
  private async send(visitor: Visitor, form: Form): Promise<readonly (string | undefined)[]> {
    const { chance, tell, time } = this.scene;
    const { person, gate } = visitor;
    const { answers, at } = await this.ask(gate, "beforeCreateUser", { ...claimsOf(person), ...form });
    tell("signs up", `${person.email} ${holderOf(person)} ${gate.name ?? ""}: ${answers.map((each) => each ?? "lost").join()}`);
    if (!answers.includes("Continue")) return answers;
    const word = this.letIn(visitor, form, at);
    // Some close the page right then, and come again, with the same words or others.
    if (!chance.is(word === "approved" ? 0.6 : 0.2)) {
      if (gate.source === "b2b" && chance.is(0.3)) await this.isSlow();
      this.makeAccount(visitor);
    } else if (gate === townGates.partners && chance.is(0.9)) {
      time.now += chance.oneOf([2 * MINUTE, 2 * MINUTE, 20 * MINUTE, 6 * HOUR]) ?? 0;
      await this.send(visitor, chance.is(0.5) ? form : { ...form, displayName: "Kim 4" });
    }
    return answers;
  }

  /** Entra makes an account after Gatehouse has looked for it. */
  private async isSlow(): Promise<void> {
    const { tell, time, town } = this.scene;
    for (let round = 0; round < 2; round++) await town.deliver(false);
    time.now += MINUTE;
    tell("account is late");
  }

  /** Both forms are sent at the same time. */
  private async inTwoTabs(visitor: Visitor, form: Form): Promise<void> {
    const { tell, time, town } = this.scene;
    const { person, gate } = visitor;
    const { now: at } = time;
    const forms = [form, { ...form, displayName: "Kim 7" }];
    const answers = await Promise.all(forms.map((each) => town.call(gate, "beforeCreateUser", { ...claimsOf(person), ...each })));
    tell("signs up in two tabs", `${person.email} ${gate.name ?? ""}: ${answers.map((each) => each ?? "lost").join()}`);
    for (const [index, each] of forms.entries()) if (answers[index] === "Continue") this.letIn(visitor, each, at);
    if (answers.includes("Continue")) this.makeAccount(visitor);
    else this.scene.asking.splice(0, this.scene.asking.length, ...[...this.scene.asking, visitor].slice(-4));
  }

  /** @param at when the call came @returns what is behind it; undefined: the gate's own rules */
  private letIn({ person, gate }: Visitor, form: Form, at: number): "invited" | "approved" | undefined {
    const { approved, chance, promises, verdicts, tell, asking } = this.scene;
    const { email } = person;
    const id = requestIdOf(person, gate);
    const call = `${holderOf(person)} ${JSON.stringify(form)}`;
    const word =
      gate === townGates.partners
        ? promises.letIn({
            id,
            invitationId: invitationId(email, undefined, hashOf),
            call,
            email,
            isProven: person.isProven || form.extension_InvitationCode !== undefined,
          })
        : promises.hasWord(id)
          ? "approved"
          : undefined;
    verdicts.letIn({ gate, person, form, at }, word !== undefined);
    tell(`is let in, ${word ?? "unasked"}`, `${email} ${gate.name ?? ""}`);
    const namesake = people.find((each) => each.email === email && each !== person);
    if (namesake !== undefined && chance.is(word === "invited" ? 0.9 : 0.5)) approved.push({ person: namesake, gate });
    const left = asking.filter((each) => each.person !== person || each.gate !== gate);
    asking.splice(0, asking.length, ...left);
    return word;
  }

  private makeAccount({ person, gate }: Visitor): void {
    if (gate.source === "b2c") {
      this.customers.add(holderOf(person));
      const [oldest] = this.customers;
      if (this.customers.size > CUSTOMERS_REMEMBERED && oldest !== undefined) this.customers.delete(oldest);
      return;
    }
    const { directory } = this.scene.town;
    if (![...directory.accounts.values()].some((each) => isAccountOf(each, person)))
      directory.add({
        ...{ mail: person.email, identities: person.identities },
        ...(this.scene.chance.is(0.5)
          ? { externalUserState: "PendingAcceptance" }
          : { externalUserState: "Accepted", lastSuccess: dateOf(this.scene).toISOString() }),
      });
  }

  /** Whoever can sign in signs up no more; of customers, some do all the same once they have deleted their account. */
  private hasAccount({ person, gate }: Visitor): boolean {
    if (gate.source === "b2c") return !this.scene.chance.is(0.3) && this.customers.has(holderOf(person));
    return [...this.scene.town.directory.accounts.values()].some((each) => each.accountEnabled && isAccountOf(each, person));
  }

  /** Makes a call, at times twice at once, and once more, soon or later, where no answer came. */
  private async ask(gate: TownGate, step: "afterSignIn" | "beforeCreateUser", claims: object): Promise<Asked> {
    const { chance, time, town, tell } = this.scene;
    const answers: (string | undefined)[] = [];
    let at = time.now;
    for (let count = 0; count < MOST_CALLS; count++) {
      at = time.now;
      const atOnce = chance.is(0.08) ? 2 : 1;
      answers.push(...(await Promise.all(Array.from({ length: atOnce }, () => town.call(gate, step, claims)))));
      // The way back is as unsafe as the way there.
      const isLost = chance.is(0.02) || answers.every((each) => each === undefined);
      if (!isLost) return { answers, at };
      tell("answer lost", dateOf(this.scene).toISOString());
      answers.splice(0, answers.length, ...answers.map(() => undefined));
      if (chance.is(0.4)) return { answers, at };
      if (chance.is(0.5)) time.now += MINUTE / 2;
    }
    return { answers, at };
  }
}

function claimsOf({ email, identities }: Person): object {
  return { email, ...(identities.length > 0 && { identities }), ui_locales: "en" };
}
