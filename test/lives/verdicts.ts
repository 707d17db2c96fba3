import type { Row } from "../../engine/sign-up/rule";
import { CODES, CUSTOMERS_AN_HOUR, TERMS, type TownGate } from "./gates";
import { holderOf, type Person } from "./people";
import { BrokenPromise, HOUR, mailbox } from "./promises";

// What each gate is held to when it lets somebody in, said once more without the product's code, from the rows that operators wrote.

/** What somebody typed into the form. */
export type Form = Readonly<Record<string, string | boolean>>;

/** Somebody is let in. */
interface Admission {
  readonly gate: TownGate;
  readonly person: Person;
  readonly form: Form;
  /** When the call came. */
  readonly at: number;
}

type Listed = "allow" | "approval" | "deny" | undefined;

export class Verdicts {
  /** Rows of the access list, and of how gates are set, as they are now. */
  private readonly list = new Map<string, Row>();
  private readonly postures = new Map<string, Row>();
  /** The values of the list of codes. */
  private readonly codes = new Set<string>();
  /** Who came in with each code. */
  private readonly usedBy = new Map<string, string>();
  /** Customers that were let in, the last ones. */
  private customers: { readonly at: number; readonly holder: string }[] = [];
  /** By address: the provider with which somebody came in as a customer. */
  private readonly issuers = new Map<string, string>();

  constructor(private readonly now: () => number) {}

  rowWritten(table: string, before: Row | undefined, after: Row | undefined): void {
    const row = (after ?? before) as Row;
    const keep = (rows: Map<string, Row>, key: unknown) => (after === undefined ? rows.delete(String(key)) : rows.set(String(key), after));
    if (table === "list") keep(this.list, row.entry);
    if (table === "decisions" && row.reference === "posture") keep(this.postures, row.id);
    if (table === "values" && row.list === CODES) this.codes.add(String(row.value));
  }

  /** Nothing is known of an erased person, whose place within a limit is free again. */
  forget(erased: string): void {
    for (const email of this.issuers.keys()) if (mailbox(email) === mailbox(erased)) this.issuers.delete(email);
    this.customers = [];
  }

  /** Whether the address or its domain is allowed; or denied, or waits for approval, by whatever +tag. */
  listed({ email }: Person, { name = "default" }: TownGate): Listed {
    const [local = "", domain = ""] = email.split("@");
    const counts = (entry: string): unknown => {
      const row = this.list.get(entry);
      const gates = row?.gates as readonly string[] | undefined;
      const isOver = row?.expiresAt !== undefined && Date.parse(String(row.expiresAt)) <= this.now();
      return row === undefined || isOver || (gates !== undefined && !gates.includes(name)) ? undefined : row.effect;
    };
    const exact = counts(email) ?? counts(mailbox(email));
    if (exact !== undefined) return exact as Listed;
    const untagged = counts(`${local.split("+")[0]}@${domain}`);
    return (untagged === "deny" || untagged === "approval" ? untagged : counts(domain)) as Listed;
  }

  /** Throws unless the gate may let the person in. @param isApproved an approver's word, or an invitation, is behind it */
  letIn({ gate, person, form, at }: Admission, isApproved: boolean): void {
    const listed = this.listed(person, gate);
    const about = { gate: gate.name, email: person.email, form, listed };
    const hold = (promise: string, isKept: boolean) => {
      if (!isKept) throw new BrokenPromise(`${promise}: ${JSON.stringify(about)}`);
    };
    hold("nobody gets in whom the list denies", listed !== "deny");
    hold("whom the list has wait gets in by an approval or an invitation alone", listed !== "approval" || isApproved);
    const { state, until } = this.postures.get(gate.name ?? "default") ?? {};
    const isSet = state !== undefined && (until === undefined || Date.parse(String(until)) > this.now());
    hold("nobody gets in at a closed gate", !(isSet && state === "closed"));
    hold("only people on the list get in at a gate that is set to them", !(isSet && state === "listed") || listed === "allow");
    hold(
      "nobody gets in unapproved at a gate that is set to approval",
      !(isSet && state === "approval") || listed === "allow" || isApproved,
    );
    if (gate.name === "suppliers") hold("a supplier who is not on the list gets in by no sign-up", listed === "allow");
    if (gate.name === "customers") this.customer({ person, form, at }, listed === "allow", hold);
  }

  private customer(
    { person, form, at }: Omit<Admission, "gate">,
    isAllowed: boolean,
    hold: (promise: string, isKept: boolean) => void,
  ): void {
    const holder = `${person.email} ${holderOf(person)}`;
    hold("customers accept the terms", form[TERMS] === true);
    const code = form[CODES];
    if (code !== undefined) {
      hold("a code is one of the list", this.codes.has(String(code)));
      hold("a code lets one person in", (this.usedBy.get(String(code)) ?? holder) === holder);
      this.usedBy.set(String(code), holder);
    }
    // A call that came before the hour may be answered within it.
    this.customers = this.customers.filter((each) => hourOf(each.at) >= hourOf(at) - 1);
    const sameHour = this.customers.filter((each) => hourOf(each.at) === hourOf(at));
    const isNew = !isAllowed && !sameHour.some((each) => each.holder === holder);
    if (isNew) this.customers.push({ at, holder });
    hold("no more people get in within an hour than the limit says", sameHour.length + (isNew ? 1 : 0) <= CUSTOMERS_AN_HOUR);
    const issuer = person.identities[0]?.issuer ?? "";
    if (!person.isProven) return;
    const known = this.issuers.get(person.email) ?? issuer;
    hold("nobody gets in by a second provider", known === issuer);
    this.issuers.set(person.email, issuer);
  }
}

function hourOf(at: number): number {
  return Math.floor(at / HOUR);
}
