import { MS_PER_DAY } from "../../../engine/sign-up/time";
import { selectGateConnectors } from "../../../features/entra/client/api-connectors";
import { type GateRotation, rotateGate } from "../../../features/rotation/client/rotation";
import { paths, rotations, SECRET, startWorld, urls, type World } from "../../support/rotation-world";

let world: World;
beforeEach(async () => {
  world = await startWorld(29 * 24);
});
afterEach(() => world.close());

async function invoked(): Promise<GateRotation> {
  const { clock, secret, tenant } = world;
  return await rotateGate(secret, selectGateConnectors(await tenant.connectors(), urls), {
    everyMs: 30 * MS_PER_DAY,
    now: clock.now,
    sleep: clock.sleep,
    update: ({ connector }, credential) => tenant.updateConnector(connector.id, { credential }),
  });
}
/** People sign up for a minute, then a day goes by. */
async function aDay(): Promise<void> {
  await world.clock.sleep(60_000);
  world.skip(MS_PER_DAY - 60_000);
}
const current = () => (JSON.parse(world.store.current(SECRET)) as { password: string }).password;
const held = () =>
  world.graph.connectors().map(({ authenticationConfiguration }) => (authenticationConfiguration as { password: string }).password);
async function daily(days: number): Promise<readonly string[]> {
  const tasks: string[] = [];
  for (let day = 0; day < days; day++) {
    tasks.push((await invoked()).task);
    await aDay();
  }
  return tasks;
}

it("a due rotation drops the old password once the new one was seen, then rests; nobody is refused", async () => {
  expect(await daily(5)).toEqual(["rest", "rotate", "drop", "rest", "rest"]);
  expect(held()).toEqual([current(), current()]);
  expect(current()).not.toBe("first");
  expect(world.calls).toEqual({ passed: expect.any(Number), refused: 0 });
  // Thirty days from one to the next.
  expect((await daily(27)).slice(-2)).toEqual(["rest", "rotate"]);
  expect(world.versions()).toBe(2);
});

it.each(rotations())(
  "repeated runs refuse no server that calls every $every s and learns the password after $lag s",
  async ({ servers }) => {
    await world.close();
    world = await startWorld(31 * 24);
    world.busy.clear();
    world.servers.push(...servers(world.clock.now()));
    await world.clock.sleep(900_000);
    const tasks: string[] = [];
    while (tasks.at(-1) !== "rest") {
      tasks.push((await invoked()).task);
      await world.clock.sleep(170_000);
    }
    const passes = await Promise.all(paths.map((path) => world.passes(path, { username: "entra", password: "first" })));
    await world.clock.sleep(1_800_000);
    expect({ tasks: [...new Set(tasks)], passes, versions: world.versions(), refused: world.calls.refused }).toEqual({
      tasks: ["rotate", "prove", "drop", "rest"],
      passes: [false, false],
      versions: 1,
      refused: 0,
    });
  },
);

it("a rotation resends a password that a step has not shown, reports it after two days, and drops nothing early", async () => {
  world.skip(2 * MS_PER_DAY);
  world.busy.delete("before-create-user");
  const days: (readonly [string, boolean])[] = [];
  for (let day = 0; day < 8; day++) {
    const { task, isOverdue } = await invoked();
    days.push([task, isOverdue]);
    await aDay();
  }
  const [first, ...others] = days;
  expect(first).toEqual(["rotate", false]);
  expect(others.slice(0, 6)).toEqual([["prove", false], ...Array(5).fill(["prove", true])]);
  expect(others.at(6)).toEqual(["mend", true]);
  expect(await invoked()).toMatchObject({ task: "rest" });
  expect([world.versions(), world.calls.refused]).toEqual([1, 0]);
  world.busy.add("before-create-user");
  await world.clock.sleep(60_000);
  expect(world.calls.refused).toBe(0);
});

it("a rotation that Graph refused for days completes by itself once Graph accepts it", async () => {
  world.skip(2 * MS_PER_DAY);
  world.meddle = (call) => {
    if (call === "UpdateConnector") throw new Error("403");
  };
  for (let day = 0; day < 6; day++) {
    await expect(invoked()).rejects.toThrow("403");
    await aDay();
  }
  expect([world.versions(), world.calls.refused]).toEqual([1, 0]);
  world.meddle = () => {};
  expect(await daily(3)).toEqual(["prove", "drop", "rest"]);
  expect(held()).toEqual([current(), current()]);
  expect([world.versions(), world.calls.refused]).toEqual([1, 0]);
});

it("a rotation skips connectors of other deployments", async () => {
  world.skip(2 * MS_PER_DAY);
  await world.tenant.createConnector("Theirs", "https://other.example.com/after-sign-in", { username: "them", password: "theirs" });
  expect((await invoked()).task).toBe("rotate");
  expect(held()).toEqual([current(), current(), "theirs"]);
  expect(world.versions()).toBe(1);
});
