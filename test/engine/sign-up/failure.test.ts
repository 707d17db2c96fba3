import { buildSync } from "esbuild";
import { askSource } from "../../../engine/rules/ask-source";
import { AddressNeededError, UpstreamError } from "../../../engine/sign-up/failure";
import { NotAsked } from "../../../engine/sign-up/source";
import { describeFailure } from "../../../engine/sign-up/state";
import { packageRoot } from "../../../lib/app-root";
import { person } from "./people";

/** What the package exports, loaded a second time. */
function otherCopy() {
  const { outputFiles } = buildSync({
    stdin: {
      contents: `export { NotAsked, UpstreamError, prefill } from "./index"; export { AddressNeededError } from "./engine/sign-up/failure";`,
      resolveDir: packageRoot,
    },
    bundle: true,
    packages: "external",
    platform: "node",
    format: "cjs",
    write: false,
  });
  const loaded = { exports: {} };
  new Function("module", "exports", "require", outputFiles[0]?.text ?? "")(loaded, loaded.exports, require);
  return loaded.exports as typeof import("../../../index") & Pick<typeof import("../../../engine/sign-up/failure"), "AddressNeededError">;
}
const other = otherCopy();
const failure = { service: "crm", kind: "failed" } as const;
const badges = { name: "badges", uses: [] };

describe("an object made by another copy of the package", () => {
  it.each([
    { kind: NotAsked, made: new other.NotAsked("untrusted"), own: new NotAsked("untrusted"), otherKind: other.NotAsked },
    { kind: UpstreamError, made: new other.UpstreamError(failure), own: new UpstreamError(failure), otherKind: other.UpstreamError },
    { kind: AddressNeededError, made: new other.AddressNeededError(), own: new AddressNeededError(), otherKind: other.AddressNeededError },
  ])("is recognised as $kind.name", ({ kind, otherKind, made, own }) => {
    expect(kind).not.toBe(otherKind);
    expect([made instanceof kind, own instanceof otherKind, own instanceof kind]).toEqual([true, true, true]);
    for (const alien of [new Error(kind.name), { ...own }, kind.name, null, undefined, {}]) expect(alien instanceof kind).toBe(false);
  });

  it("makes the source count as not asked if it is a NotAsked", async () => {
    const find = () => new other.NotAsked("untrusted");
    expect(await askSource({ ...badges, find }, person({}), {} as never)).toMatchObject({
      kind: "not-asked",
      reason: { why: "untrusted" },
    });
  });

  it("is treated and recorded as a failure if it is an UpstreamError", async () => {
    const find = () => {
      throw new other.UpstreamError(failure);
    };
    const asked = await askSource({ ...badges, onFailure: "continue", find }, person({}), {} as never);
    expect(asked).toEqual({ kind: "unavailable", upstreamFailure: failure });
    expect(describeFailure(new other.UpstreamError(failure))).toEqual({ upstreamFailure: failure });
  });
});

it("a subclass of UpstreamError counts only its own objects as its instances", () => {
  class CrmError extends UpstreamError {}
  const [theirs, plain] = [new CrmError(failure), new UpstreamError(failure)];
  expect([theirs instanceof CrmError, theirs instanceof UpstreamError, plain instanceof CrmError]).toEqual([true, true, false]);
});
