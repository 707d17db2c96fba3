import { App, SecretValue, Stack } from "aws-cdk-lib";
import { Template } from "aws-cdk-lib/assertions";
import { AttributeType, StreamViewType, TableV2 } from "aws-cdk-lib/aws-dynamodb";
import { Secret } from "aws-cdk-lib/aws-secretsmanager";
import { Gatehouse } from "../../lib/gatehouse";

const withoutBundling = { "aws:cdk:bundling-stacks": [] };

/** A Gatehouse in a stack, and what the app has made beside it or in another stack. */
function appWith(other: boolean) {
  const app = new App({ context: withoutBundling });
  const stack = new Stack(app, "Own");
  const place = other ? new Stack(app, "Other") : stack;
  const table = new TableV2(place, "People", {
    partitionKey: { name: "entry", type: AttributeType.STRING },
    dynamoStream: StreamViewType.NEW_AND_OLD_IMAGES,
  });
  const secret = new Secret(place, "Hashes", { secretStringValue: SecretValue.unsafePlainText("x") });
  return { stack, table, secret };
}

describe.each([false, true])("tables and secrets of the same app, in another stack: %s", (other) => {
  it("are taken, a table whose changes are read by its stream's ARN", () => {
    const { stack, table, secret } = appWith(other);
    new Gatehouse(stack, "SignUp", {
      policy: "policy",
      tables: { accessList: table.tableStreamArn as string, profiles: table.tableName },
      secrets: { "Decisions/PersonKey": secret.secretArn },
    });
    const template = Template.fromStack(stack);
    const text = JSON.stringify(template.toJSON());
    expect(text).not.toContain("${Token");
    const [hygiene] = Object.values(
      template.findResources("AWS::Lambda::Function", {
        Properties: { Description: "Brings access list entries into their normalised spelling and flags what it cannot read" },
      }),
    );
    expect(JSON.stringify(hygiene?.Properties.Environment.Variables.ACCESS_LIST_TABLE)).toMatch(/^{"Fn::Select":\[1,{"Fn::Split":\["\/",/);
  });

  it("are refused with what to write where functions read a table's changes", () => {
    const { stack, table } = appWith(other);
    const options = { policy: "policy", tables: { accessList: table.tableName } };
    expect(() => new Gatehouse(stack, "SignUp", options)).toThrow("Write tableStreamArn of the table's construct, or the ARN as text.");
  });
});
