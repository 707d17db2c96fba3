import type { AccountRow } from "../../features/accounts/account";
import { buildDenialCheck } from "../../features/expiry/store/denied";
import { Approvers } from "./approvers";
import { chanceOf } from "./chance";
import type { Weather } from "./directory";
import { Entra } from "./entra";
import { erasePerson } from "./erasure";
import { expiryOfTown, townGates } from "./gates";
import { Operators } from "./operators";
import { deciders, people, quorum, requestIdOf, signedIn } from "./people";
import { DAY, HOUR, MINUTE, Promises } from "./promises";
import { replayable } from "./replay";
import type { Scene } from "./scene";
import { foundTown } from "./town";
import { Verdicts } from "./verdicts";

/** The first moment of every town. */
const BEGIN = Date.parse("2026-01-01T00:00:00Z");
const YEAR = 365 * DAY;
/** How long the worker has, once all is well, before nobody may be past their end. */
const PATIENCE_DAYS = 4;
/** So many deeds are named when a promise is broken. */
const REMEMBERED = 25;

export interface Lived {
  readonly years: number;
  readonly deeds: number;
  /** The same for the same seed, as long as neither town nor product change: of rows, events, mails, log lines, answers. */
  readonly digest: string;
  /** How often each thing happened: a simulation in which nothing happens keeps every promise. */
  readonly seen: Readonly<Record<string, number>>;
}

/** A promise was broken: the seed shows it once more. */
export class BrokenLife extends Error {
  override readonly name = "BrokenLife";
}

/** Lives some years in a town. Throws BrokenLife. */
export async function live(seed: number, years: number): Promise<Lived> {
  const time = { now: BEGIN, skew: 0 };
  return await replayable(
    seed,
    () => time.now + time.skew,
    async () => await lived(seed, years, time),
  );
}

async function lived(seed: number, years: number, time: { now: number; skew: number }): Promise<Lived> {
  const chance = chanceOf(seed);
  const promises = new Promises(
    () => time.now,
    () => time.now + time.skew,
    expiryOfTown,
    quorum,
  );
  const verdicts = new Verdicts(() => time.now);
  const story: string[] = [];
  const seen = new Map<string, number>();
  const tell = (what: string, about = "") => {
    seen.set(what, (seen.get(what) ?? 0) + 1);
    story.push(`${new Date(time.now).toISOString()} ${what} ${about}`);
    if (story.length > REMEMBERED) story.shift();
  };
  const clocks = { entra: () => time.now, ours: () => time.now + time.skew };
  const town = await foundTown(chance, clocks, promises, verdicts, tell);
  promises.accountOf = (id) => town.directory.accounts.get(id);
  promises.tell = tell;
  // Accounts of the tenant that no gate let in.
  for (const mail of [...deciders.map(({ name }) => name), "colleague@contoso.com"])
    town.directory.add({ mail, identities: [], userType: "Member", userPrincipalName: mail });
  town.directory.add({ mail: "kim@partner.com", identities: signedIn("google.com", "g-before") });
  const lives = new Lives({ town, chance, time, promises, verdicts, tell, approved: [], asking: [], vouchers: [] });
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
  return { years, deeds, seen: Object.fromEntries(seen), digest: town.chronicle.digest() };
}

/** What happens in a town, one thing after the other. */
class Lives {
  private readonly entra: Entra;
  private readonly approvers: Approvers;
  private readonly operators: Operators;

  constructor(private readonly scene: Scene) {
    this.entra = new Entra(scene);
    this.approvers = new Approvers(scene);
    this.operators = new Operators(scene);
  }

  /** Time passes, somebody does something, and functions run, some of which are ended. */
  async deed(): Promise<void> {
    const { chance, time, town } = this.scene;
    time.now += chance.oneOf([MINUTE, 6 * HOUR, DAY, 3 * DAY, 5 * DAY, 6 * DAY]) ?? DAY;
    town.deaths = chance.is(0.3) ? 0.5 : 0.02;
    if (chance.is(0.05)) town.directory.weather = (["fine", "fine", "flaky", "throttled", "down"] as Weather[])[chance.below(5)] ?? "fine";
    if (chance.is(0.04)) town.directory.isPremium = chance.is(0.7);
    this.entra.signIns();
    town.faults.blow();
    await this.act(chance.below(100));
    if (chance.is(0.8)) await town.deliver(false);
    if (chance.is(0.2)) await this.approvers.fromMail(true);
    if (chance.is(0.7)) await this.worker();
    // Looked at at once: later the new end is over too.
    if (chance.is(0.5) && (await this.operators.rescue())) await this.settle();
    if (chance.is(0.3)) await this.archive();
    if (chance.is(0.15)) await town.sweep().catch(rethrowUnlessFailed);
  }

  private async act(dice: number): Promise<void> {
    if (dice < 40) await this.entra.signUp();
    else if (dice < 66) await this.approvers.decide();
    else if (dice < 76) await this.operators.invitations();
    else if (dice < 81) await this.operators.ends();
    else if (dice < 86) await this.operators.edit();
    else if (dice < 89) await this.operators.gates();
    else if (dice < 93) this.operators.administrators();
    else if (dice < 95) await erasePerson(this.scene);
    else await this.operators.confirm();
  }

  /** The worker's clock may be wrong, by more than a week. */
  private async worker(): Promise<void> {
    const { chance, tell, time, town } = this.scene;
    if (!chance.is(0.02)) return await town.endAccess();
    tell("clock jumps");
    // What it does by the wrong time is held to the right one.
    // Few accounts end within some days: a run of many waits for a person in any case.
    time.skew = chance.is(0.7) ? (8 + chance.below(chance.is(0.6) ? 12 : 400)) * DAY : -(2 + chance.below(300)) * DAY;
    try {
      await town.endAccess();
    } finally {
      time.skew = 0;
    }
  }

  /** Of what it does, most times nothing is new: it is ended more often than others. */
  private async archive(): Promise<void> {
    const { chance, town } = this.scene;
    const { deaths } = town;
    town.deaths = chance.is(0.3) ? 1 : deaths;
    await town.archive();
    town.deaths = deaths;
  }

  /** All is well for some days: whatever waits is done. */
  async settle(): Promise<void> {
    const { promises, tell, time, town } = this.scene;
    town.deaths = 0;
    town.directory.weather = "fine";
    town.directory.isPremium = true;
    town.faults.calm();
    for (let day = 0; day < PATIENCE_DAYS; day++) {
      time.now += DAY + HOUR;
      await town.sweep();
      await town.deliver(true);
      await this.operators.confirm();
      await town.endAccess();
      await this.operators.confirm();
      await town.endAccess();
    }
    tell("settled");
    const rows = new Map<string, AccountRow | undefined>();
    const keptOut = new Set<string>();
    const isDenied = buildDenialCheck(town.world.tables, "list", () => new Date(time.now));
    for (const [id, account] of town.directory.accounts) {
      const row = await town.accounts.get(id);
      rows.set(id, row);
      if (row !== undefined && (await isDenied(row, account))) keptOut.add(id);
    }
    promises.settled(town.directory.accounts.values(), PATIENCE_DAYS * DAY, rows, keptOut);
    for (const person of people) {
      for (const gate of Object.values(townGates)) {
        const request = await town.store.get(requestIdOf(person, gate));
        if (request !== undefined) promises.waits(request);
      }
    }
  }
}

function rethrowUnlessFailed(error: unknown): void {
  if (error instanceof Error && error.message.startsWith("Requests that could not be dealt with")) return;
  throw error;
}
