import { GraphError } from "../../../adapters/graph/graph";
import type { CommandContext } from "../../../cli/command";
import type { ExitCode } from "../../../cli/exit-codes";
import { rotatePasswords } from "../../../features/rotation/verbs/passwords";
import { paths, rotations, SECRET, startWorld, type World } from "../../support/rotation-world";

let world: World;
beforeEach(async () => {
  world = await startWorld();
});
afterEach(() => world.close());

const HOUR = 3_600_000;

/** The command, repeated every minute until it ends or that long has gone by. */
async function rotate(wait = HOUR / 2): Promise<{ readonly exitCode: ExitCode; readonly said: readonly string[] }> {
  const until = world.clock.now().getTime() + wait;
  const said: string[] = [];
  const none = () => undefined;
  for (;;) {
    const session: CommandContext = { output: { print: (line) => said.push(line), json: none, data: none, warn: none }, exitCode: 0 };
    await rotatePasswords([await world.gate()], {}, session, world.clock);
    if (session.exitCode === 0 || world.clock.now().getTime() >= until) return { exitCode: session.exitCode, said };
    await world.clock.sleep(60_000);
  }
}

const current = () => (JSON.parse(world.store.current(SECRET)) as { password: string }).password;
const held = () =>
  world.graph.connectors().map(({ authenticationConfiguration }) => (authenticationConfiguration as { password: string }).password);
const isKept = () => {
  try {
    return world.store.getSecretValue({ SecretId: SECRET, VersionStage: "AWSPREVIOUS" }) !== undefined;
  } catch {
    return false;
  }
};

it("a rotation refuses none of twenty calls a second, while somebody guesses passwords", async () => {
  await world.clock.sleep(33_500);
  expect(await rotate()).toMatchObject({
    exitCode: 0,
    said: expect.arrayContaining([expect.stringContaining("is dropped. Where it was used just now it works for up to 6 minutes more")]),
  });
  await world.clock.sleep(120_000);
  expect(world.calls).toEqual({ passed: expect.any(Number), refused: 0 });
  expect(world.calls.passed).toBeGreaterThan(4_000);
  expect(held()).toEqual([current(), current()]);
  expect([current() === "first", isKept()]).toEqual([false, false]);
});

it("a rotation refuses no call if Entra's servers learn the new password one after the other", async () => {
  world.lagMs = 9 * 60_000;
  await world.clock.sleep(33_500);
  expect(await rotate(HOUR)).toMatchObject({ exitCode: 0 });
  await world.clock.sleep(600_000);
  expect(world.calls.refused).toBe(0);
  expect(isKept()).toBe(false);
});

it("a rotation keeps a password that is still in use at the time limit, and reports it", async () => {
  world.lagMs = HOUR / 4;
  const { exitCode, said } = await rotate(HOUR / 6);
  expect({ exitCode, last: said.at(-1), kept: isKept() }).toEqual({
    exitCode: 2,
    last: expect.stringMatching(
      /^default: The one before was shown at 2026-11-20T12:.*the command, repeated after 20.*Z, may drop it sooner/,
    ),
    kept: true,
  });
  expect(await rotate(HOUR)).toMatchObject({ exitCode: 0 });
  expect([world.versions(), world.calls.refused]).toEqual([1, 0]);
});

it("a rotation waits for a call of each step, and a repeated command makes no third password", async () => {
  world.busy.delete("before-create-user");
  const first = await rotate();
  expect(first.exitCode).toBe(2);
  expect(first.said.at(-1)).toMatch(/No call has shown the new password at before-create-user\. Both passwords pass until 20/);
  expect([world.versions(), isKept()]).toEqual([1, true]);
  const made = current();
  expect(await rotate(0)).toMatchObject({ exitCode: 2 });
  world.busy.add("before-create-user");
  expect(await rotate()).toMatchObject({ exitCode: 0 });
  expect({ made: current(), versions: world.versions(), kept: isKept(), refused: world.calls.refused }).toEqual({
    made,
    versions: 1,
    kept: false,
    refused: 0,
  });
});

it("a rotation creates a new password if the previous one has reached its end", async () => {
  await rotate();
  await rotate();
  expect(world.versions()).toBe(2);
  await world.clock.sleep(HOUR / 60);
  expect(world.calls.refused).toBe(0);
});

it.each(rotations())(
  "a rotation refuses none of three servers that call every $every s and learn the password after $lag s",
  async ({ servers }) => {
    await world.close();
    world = await startWorld();
    world.busy.clear();
    world.servers.push(...servers(world.clock.now()));
    await world.clock.sleep(HOUR / 4);
    expect(await rotate(4 * HOUR)).toMatchObject({ exitCode: 0 });
    // What the gateway remembers of a call is over: only an authorizer may still know the password.
    await world.clock.sleep(64_000);
    const passes = await Promise.all(paths.map((path) => world.passes(path, { username: "entra", password: "first" })));
    await world.clock.sleep(HOUR / 2);
    expect({ passes, kept: isKept(), refused: world.calls.refused }).toEqual({ passes: [false, false], kept: false, refused: 0 });
  },
);

it.each(["before", "after"])("a rotation that is killed %s any call leaves a state that the next rotation completes", async (killed) => {
  await world.close();
  world = await startWorld(1_000, 1_000);
  await rotate();
  const steps = world.operations.length;
  expect(steps).toBeGreaterThan(8);
  // Between these it looks and sends, again and again, until it was seen.
  const sent = world.operations.indexOf("UpdateConnector") + 1;
  const telling = [...Array(sent + 3).keys(), steps - 2, steps - 1];
  for (const index of telling) {
    await world.close();
    world = await startWorld(1_000, 1_000);
    let count = 0;
    world.meddle = (_, when) => {
      if (when === killed && count++ === index) throw new Error("killed");
    };
    await expect(rotate()).rejects.toThrow("killed");
    world.meddle = () => {};
    await world.clock.sleep(1_000);
    const ended = await rotate();
    expect({ index, exitCode: ended.exitCode, refused: world.calls.refused, held: held(), kept: isKept() }).toEqual({
      index,
      exitCode: 0,
      refused: 0,
      held: [current(), current()],
      kept: false,
    });
    // Neither a version that was not made nor one after the end is a third.
    const more = killed === "before" ? world.operations[index] === "PutSecretValue" : index === steps - 1;
    expect({ index, versions: world.versions() }).toEqual({ index, versions: more ? 2 : 1 });
  }
});

it("a rotation completes its work after a permission was removed half-way", async () => {
  world.busy.clear();
  const { updateConnector } = world.tenant;
  const [, second] = world.graph.connectors();
  Object.assign(world.tenant, {
    updateConnector: async (id: string, changed: object) => {
      if (id === second?.id) throw new GraphError({ status: 403, code: "Forbidden" });
      await updateConnector(id, changed);
    },
  });
  await expect(rotate()).rejects.toThrow(
    /^1 of 2 connectors have the new password; Gatehouse before-create-user has not\. Graph refuses this/,
  );
  expect(held()).toEqual([current(), "first"]);
  for (const path of paths) world.busy.add(path);
  await world.clock.sleep(HOUR / 3);
  Object.assign(world.tenant, { updateConnector });
  expect(await rotate()).toMatchObject({ exitCode: 0 });
  expect([world.versions(), world.calls.refused]).toEqual([1, 0]);
});

it("one rotation fails and ends no password if two run at the same time", async () => {
  const gate = await world.gate();
  const [one, other] = await Promise.all([gate.secret.read(paths), gate.secret.read(paths)]);
  await gate.secret.rotate(one);
  await expect(gate.secret.rotate(other)).rejects.toThrow("Somebody else has just rotated this password");
  expect(await rotate()).toMatchObject({ exitCode: 0 });
  expect(world.calls.refused).toBe(0);
});

it("a rotation keeps a previous password that somebody else set meanwhile", async () => {
  await rotate(0);
  const gate = await world.gate();
  const read = await gate.secret.read(paths);
  await gate.secret.rotate(read);
  await expect(gate.secret.revoke(read)).rejects.toThrow("Somebody else has just rotated this password");
  await world.clock.sleep(600_000);
  expect([isKept(), world.calls.refused]).toEqual([true, 0]);
});

it("a rotation drops nothing if two connectors call one step, since one call does not prove both", async () => {
  await world.tenant.createConnector("By hand", "https://gate.example.com/before-create-user", { username: "entra", password: "first" });
  const { exitCode, said } = await rotate();
  expect({ exitCode, last: said.at(-1), kept: isKept() }).toEqual({
    exitCode: 0,
    last: expect.stringMatching(/Several connectors call before-create-user, so the previous one ends by itself, at 2026-11-21T12/),
    kept: true,
  });
  expect(held()).toEqual([current(), current(), current()]);
});
