import { Duration, Stack } from "aws-cdk-lib";
import { PolicyStatement } from "aws-cdk-lib/aws-iam";
import type { Function as LambdaFunction } from "aws-cdk-lib/aws-lambda";
import { Construct } from "constructs";
import * as v from "valibot";
import { SEEN_PASSWORDS } from "../../adapters/tables/seen-passwords";
import { wholeNumber } from "../../engine/fields";
import { optionSchema } from "../../engine/option-schema";
import type { GateScope, StackFeature } from "../../lib/feature";
import { watchCertificates } from "../../lib/operations/alarms";
import { startEvery } from "../../lib/resources/event-rules";
import { featureFunction, grantWorkNotes } from "../../lib/resources/gatehouse-function";
import { grantGraph, settingsShape } from "../../lib/resources/graph-role";
import { allowSecretKey, filledInSecret, grantSecret } from "../../lib/resources/secrets";
import { rotationVariables } from "./client/rotation-settings";

/** Options: time between two rotations. */
export interface RotationOptions {
  /**
   * The age at which a password is replaced, in days: from 14 to 365.
   * @default 30
   */
  readonly everyDays?: number;
}

/** A rotation takes at most seven days, so after this time any rotation has ended. */
const FEWEST_DAYS = 14;
const MOST_DAYS = 365;

const options = optionSchema<RotationOptions>({ everyDays: v.optional(wholeNumber("", FEWEST_DAYS, MOST_DAYS)) });

export interface RotationOption {
  /**
   * Replaces the connectors' passwords on a schedule, through Microsoft Graph: docs/rotation.md.
   * @default none: only the command replaces them
   */
  readonly rotation?: RotationOptions;
}

export const stack: StackFeature<RotationOption, ConnectorRotation> = {
  order: 30,
  name: "rotation",
  options: optionSchema<RotationOption>({ rotation: v.optional(options) }),
  build: (scope, { rotation: rotationOptions = {} }) => new ConnectorRotation(scope, "Rotation", rotationOptions),
  // Lets the authorizer store the steps at which a new password was used. The rotation reads these steps.
  grantAuthorizer: (authorizer, { tables }) => tables.ledger.grantRowsUnder(authorizer, SEEN_PASSWORDS, "GetItem", "PutItem"),
};

/** The timeout is enough for Graph's answers, and for the minute until authorizers know a new password. */
const TIMEOUT = Duration.minutes(5);
const EVERY = Duration.days(1);

/** The secret's members, with examples: the credential of the application that calls Graph. */
const shape = {
  tenantId: "11111111-1111-1111-1111-111111111111",
  clientId: "22222222-2222-2222-2222-222222222222",
  clientSecret: "example",
};

/** Replaces the connectors' passwords when they are old enough, and watches their certificates. */
export class ConnectorRotation extends Construct {
  readonly function: LambdaFunction;

  constructor(gatehouse: GateScope, id: string, { everyDays = 30 }: RotationOptions) {
    super(gatehouse, id);
    const { ledger } = gatehouse.tables;
    // Approvals have another secret, so that a person who may only change connectors cannot make accounts, and a person who may only make
    // accounts cannot change connectors.
    const settings = filledInSecret(this, "Settings", {
      description: "Gatehouse: the application that gives Entra's connectors new passwords",
      shape: settingsShape(gatehouse, shape),
    });
    gatehouse.addOutput(
      "RotationSecret",
      settings.secretArn,
      "The secret of the application that gives connectors new passwords, to be filled in as docs/rotation.md says",
    );
    const gatesToRotate = rotatedGates(gatehouse);
    this.function = featureFunction(gatehouse, this, "Function", {
      description: "Gives Entra's API connectors new passwords, and looks when certificates end",
      entry: "rotation/connector-rotation",
      environment: {
        [rotationVariables.rotatedGates]: Stack.of(this).toJsonString(gatesToRotate),
        [rotationVariables.rotationDays]: String(everyDays),
      },
      timeout: TIMEOUT,
    });
    grantSecret(this.function, rotationVariables.rotationSecret, settings);
    grantGraph(this.function, gatehouse, { application: "Rotation", does: "gives connectors new passwords" });
    // This statement covers only the secrets with the gates' passwords.
    this.function.addToRolePolicy(
      new PolicyStatement({
        actions: ["secretsmanager:GetSecretValue", "secretsmanager:PutSecretValue", "secretsmanager:UpdateSecretVersionStage"],
        resources: gatesToRotate.map(({ secret }) => secret),
      }),
    );
    for (const { secret } of gatehouse.gateCredentials.values()) allowSecretKey(this.function, secret, "Decrypt", "GenerateDataKey");
    ledger.grantRowsUnder(this.function, SEEN_PASSWORDS, "GetItem");
    grantWorkNotes(gatehouse, this.function, "rotation");
    startEvery(EVERY, this.function, this, {
      description: "Starts the rotation of the password of Entra's API connectors",
      standby: gatehouse.standby,
      next: "day's",
    });
    watchCertificates(gatehouse);
    gatehouse.watched.push(this.function);
    gatehouse.alarms.alarmOnCount(
      "RotationStuck",
      "A new password of the connectors was not seen for two days, or could not be given to them.",
    );
  }
}

function rotatedGates({ apiUrl, gateCredentials, steps }: GateScope) {
  return [...gateCredentials].map(([gate, { secret }]) => {
    const urls = Object.fromEntries(steps.flatMap(({ path, ...step }) => (step.gate === gate ? [[path, `${apiUrl}${path}`]] : [])));
    return { gate, secret: secret.secretArn, urls };
  });
}
