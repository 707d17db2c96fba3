// What docs/expiry.md says about one guest, in days, written without a look at the worker. A day is a number; the year begins with day 0.

export const policy = { lasts: 180, idle: 90, unredeemed: 30, remind: [30, 7] } as const;
/** Microsoft takes the licence away for this month: Entra then shows no sign-ins. */
export const withoutPremium = { from: 200, to: 230 } as const;
/** Days within which a run that Graph stopped has gone on. */
const PATIENCE = 6;
/** Days are fractions, which are not exact: a second. */
const EXACT = 1 / 86_400;

export type Cause = "lasts" | "idle" | "unredeemed";

/** "They Accept or Refuse within 14 days" */
const OFFER_DAYS = 14;

export type OfferEnd = "accepted" | "refused" | "withdrawn" | "lapsed";

/** What is true of a guest, whoever knows it. */
export interface GuestTruth {
  readonly letIn: number;
  /** How Entra shows the guest's sign-ins. */
  readonly shows: "usual" | "late" | "absent" | "non-interactive";
  /** Undefined: never. */
  readonly redeemed: number | undefined;
  /** Days with a sign-in, in order. */
  readonly signIns: readonly number[];
}

/** Follows one guest by what was written to them and done for them, and complains of what the docs do not allow. */
export class GuestModel {
  offer: { readonly day: number; readonly to: string } | undefined;
  /** Day since which the sponsor is the same. */
  sponsoredSince: number;
  private countsFrom: number;
  private invitedOn = 0;
  private ends: number | undefined;
  private reminders: { readonly day: number; readonly cause: Cause }[] = [];

  constructor(
    private readonly truth: GuestTruth,
    public sponsor: string,
  ) {
    [this.countsFrom, this.sponsoredSince] = [truth.letIn, truth.letIn];
  }

  /** "Each guest has one open offer" */
  offered(day: number, to: string): string | undefined {
    const isOpen = this.offer !== undefined;
    this.offer = { day, to };
    return isOpen ? "a guest has two open offers" : undefined;
  }

  /** "Until they accept, you answer for the guest." "With idle, the days count anew from the acceptance." */
  offerEnded(day: number, what: OfferEnd): string | undefined {
    const { offer } = this;
    this.offer = undefined;
    if (offer === undefined) return `an offer that nobody made is ${what}`;
    const isOver = day >= offer.day + OFFER_DAYS - EXACT;
    if (what === "accepted") this.answers(day, offer.to);
    return what !== "withdrawn" && isOver !== (what === "lapsed") ? `an offer is ${what} on the wrong day` : undefined;
  }

  /** "no acceptance is needed, an open offer is over" */
  given(day: number, to: string): void {
    this.offer = undefined;
    this.answers(day, to);
  }

  private answers(day: number, sponsor: string): void {
    [this.sponsor, this.sponsoredSince, this.countsFrom] = [sponsor, day, day];
  }

  /** Complains of what is left of an offer, or of another sponsor than the one who answers. @param inEntra sponsors that Entra lists */
  sponsoredBy(day: number, sponsor: string | undefined, inEntra: readonly string[] | undefined): string | undefined {
    if (sponsor !== this.sponsor) return `${sponsor} answers, not ${this.sponsor}`;
    if (this.offer !== undefined && this.offer.day + OFFER_DAYS + PATIENCE < day) return "an offer stays open";
    const isSet = inEntra === undefined || this.sponsoredSince + PATIENCE >= day || inEntra.join() === sponsor;
    return isSet ? undefined : `Entra lists ${inEntra?.join()} as sponsors, not ${sponsor}`;
  }

  /** "or from the last invitation if that is later" */
  invited(day: number): void {
    this.invitedOn = day;
  }

  /** "If somebody enables an account in Entra that ended so, its days count from then, until the day of lasts" */
  enabled(day: number, end: number): string | undefined {
    [this.countsFrom, this.reminders] = [day, []];
    return end === this.ends ? undefined : "an enabled account has another end than that of lasts";
  }

  /** Somebody signed in before the worker came to disable the account. */
  kept(end: number): string | undefined {
    this.reminders = [];
    return end === this.ends ? undefined : "an account that is kept has another end than that of lasts";
  }

  /** "its end: `lasts` after the gate let the person in, but not before all reminders" */
  endSet(end: number): string | undefined {
    this.ends = end;
    return end < this.truth.letIn + policy.lasts ? "ends before lasts" : undefined;
  }

  renewed(day: number, end: number): void {
    [this.countsFrom, this.ends, this.reminders] = [day, end, []];
  }

  restored(day: number): void {
    this.countsFrom = day;
  }

  /** "is the one that a mail names" */
  reminded(day: number, cause: Cause, end: number): string | undefined {
    this.reminders.push({ day, cause });
    if (cause === "lasts") return end === this.ends ? undefined : "a mail names another end than that of lasts";
    if (this.ends !== undefined && end >= this.ends) return "a mail names an earlier end that is none";
    const days = policy.remind.filter((each) => each < policy[cause]);
    if (!days.some((each) => day >= end - each - EXACT)) return "a reminder comes too early";
    return undefined;
  }

  disabled(day: number, cause: Cause): string | undefined {
    if (cause === "lasts") return this.ends !== undefined && this.ends <= day ? undefined : "access ends before its day";
    const first = policy.remind.find((each) => each < policy[cause]) ?? 0;
    const [earliest, last] = [this.reminders.find((each) => each.cause === cause), this.reminders.at(-1)];
    if (earliest === undefined || earliest.day > day - first + EXACT) return "no reminder came so long before";
    if (last === undefined || last.day > day - 2 + EXACT) return "the last reminder is not 48 hours ago";
    // Entra shows a sign-in up to a day late.
    const newest = this.truth.signIns.findLast((each) => each <= day - 1) ?? Number.NEGATIVE_INFINITY;
    if (cause === "unredeemed")
      return newest > this.countsFrom ? "a guest who signed in counts as one who redeemed nothing" : this.isPending(day);
    if (this.lastShown(day) === undefined) return "unknown is not idle";
    return Math.max(newest, this.countsFrom) + policy.idle > day ? "somebody active is ended" : undefined;
  }

  /** The cause for which access should be over by now. */
  overdue(day: number): Cause | undefined {
    if (this.ends !== undefined && this.ends + PATIENCE < day) return "lasts";
    const first = policy.remind[0];
    const shown = this.lastShown(day);
    const known = day > withoutPremium.from ? withoutPremium.to + first : 0;
    if (shown !== undefined && Math.max(shown + policy.idle, this.countsFrom + policy.idle, known) + PATIENCE < day) return "idle";
    const open = this.truth.redeemed === undefined || this.truth.redeemed > day;
    const from = Math.max(this.countsFrom, this.invitedOn);
    return open && this.truth.signIns.length === 0 && from + policy.unredeemed + PATIENCE < day ? "unredeemed" : undefined;
  }

  private isPending(day: number): string | undefined {
    const { redeemed } = this.truth;
    if (redeemed !== undefined && redeemed <= day) return "a redeemed invitation counts as unredeemed";
    return Math.max(this.countsFrom, this.invitedOn) + policy.unredeemed > day ? "the invitation ends too early" : undefined;
  }

  /** The newest moment that Entra shows, success or attempt. Undefined: it shows none. */
  private lastShown(day: number): number | undefined {
    const { shows, signIns } = this.truth;
    if (shows === "absent" || (day >= withoutPremium.from && day < withoutPremium.to)) return undefined;
    return signIns.findLast((each) => each <= (shows === "late" ? day - 1 : day));
  }
}
