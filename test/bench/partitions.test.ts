import { sampled } from "../../bench/partition-keys";
import { wallsOf } from "../../bench/partitions";

it("no write of a sign-up goes to a key that all share, and none that they read gives below 1,500 a second", async () => {
  const walls = wallsOf(await sampled(600));
  const named = (from: number, below: number) =>
    walls.filter(({ at }) => at >= from && at < below).map(({ key }) => `${key.place} ${key.key}`);
  expect(named(0, 1_499)).toEqual([]);
  expect(walls.filter(({ key, at }) => key.writes > 0 && at < 4_000).map(({ key }) => `${key.place} ${key.key}`)).toEqual([]);
  expect(named(1_499, 1_501).sort()).toEqual(["accessList *", "decisions posture/default"]);
});
