import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { packageRoot } from "../../lib/app-root";
import { deployments, type Kept, reduceTemplate } from "../../scripts/upgrade/deployments";
import { type SynthOptions, synthesize } from "../support/synth";

type Options = Omit<SynthOptions, "folder"> & { readonly policy: string };

const folder = join(packageRoot, "test", "fixtures", "upgrade");
const versions = readdirSync(folder).filter((name) => /^[0-9a-f]+\.json$/.test(name));
const cases = versions.flatMap((version) =>
  Object.entries(deployments).map(([name, options]) => ({ version, name, options: options as Options })),
);

/** Names what a deployment would replace or remove. */
function losses(before: Kept, after: Kept): readonly string[] {
  const resources = Object.entries(before.resources).flatMap(([id, { type, fixed }]) => {
    const now = after.resources[id];
    if (now === undefined) return [`${id} (${type}) is removed`];
    return now.type === type && JSON.stringify(now.fixed) === JSON.stringify(fixed) ? [] : [`${id} (${type}) is replaced`];
  });
  return [...resources, ...before.outputs.filter((name) => !after.outputs.includes(name)).map((name) => `the output ${name} is removed`)];
}

const read = (version: string) => JSON.parse(readFileSync(join(folder, version), "utf8")) as Readonly<Record<string, Kept>>;

describe("an upgrade from a commit before the first release", () => {
  it.each(cases)(
    "$version to today replaces and removes nothing that holds data or has an address: $name",
    ({ version, name, options }) => {
      const { policy, ...others } = options;
      const after = reduceTemplate(synthesize({ folder: policy, ...others }).template.toJSON() as never);
      expect(losses(read(version)[name] as Kept, after)).toEqual([]);
    },
  );

  it("is compared with templates that have tables, secrets, APIs and logs", () => {
    for (const version of versions) {
      for (const kept of Object.values(read(version))) {
        const types = Object.values(kept.resources).map(({ type }) => type);
        expect(types).toEqual(expect.arrayContaining(["AWS::DynamoDB::GlobalTable", "AWS::SecretsManager::Secret", "AWS::Logs::LogGroup"]));
        expect(types.filter((type) => /^AWS::ApiGateway(V2::Api|::RestApi)$/.test(type))).not.toEqual([]);
      }
    }
    expect(versions).toHaveLength(2);
  });

  it.each<{ what: string; after: Kept; says: readonly string[] }>([
    {
      what: "a logical id",
      after: { resources: { Other: { type: "T", fixed: { Name: "a" } } }, outputs: ["Url"] },
      says: ["Table (T) is removed"],
    },
    {
      what: "a name",
      after: { resources: { Table: { type: "T", fixed: { Name: "b" } } }, outputs: ["Url"] },
      says: ["Table (T) is replaced"],
    },
    {
      what: "a type",
      after: { resources: { Table: { type: "U", fixed: { Name: "a" } } }, outputs: ["Url"] },
      says: ["Table (T) is replaced"],
    },
    {
      what: "an output",
      after: { resources: { Table: { type: "T", fixed: { Name: "a" } } }, outputs: [] },
      says: ["the output Url is removed"],
    },
  ])("would be found to lose $what", ({ after, says }) => {
    expect(losses({ resources: { Table: { type: "T", fixed: { Name: "a" } } }, outputs: ["Url"] }, after)).toEqual(says);
  });
});
