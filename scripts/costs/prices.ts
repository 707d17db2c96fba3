/** List prices in dollars, without free tiers, from AWS's price pages. */
export const priceList = {
  /** The region of the prices. Prices in other regions differ, in Europe by 10 to 30 %. */
  region: "us-east-1",
  asOf: "November 2026",
  restCall: 3.5 / 1e6,
  httpCall: 1 / 1e6,
  lambdaCall: 0.2 / 1e6,
  /** The price on ARM64. */
  lambdaGbSecond: 0.0000133334,
  write: 0.625 / 1e6,
  /** The price of a strongly consistent read of up to 4 KB, which is one unit in CloudWatch. */
  read: 0.125 / 1e6,
  storedGbMonth: 0.25,
  recoverableGbMonth: 0.2,
  event: 1 / 1e6,
  logGb: 0.5,
  alarmMetric: 0.1,
  ownMetric: 0.3,
  secret: 0.4,
  secretRead: 0.05 / 1e4,
  /** The price of a trace in X-Ray. */
  trace: 5 / 1e6,
  dashboard: 3,
  firewall: 5,
  firewallRule: 1,
  firewallCall: 0.6 / 1e6,
  /** The price of one hour of a NAT gateway and of its public address. */
  natHour: 0.045 + 0.005,
  natGb: 0.045,
  key: 1,
} as const;

/** Free units of an account, shared by its stacks. Only `idleCost` subtracts any: the free metrics of alarms. */
export const freeTier = { alarmMetrics: 10, ownMetrics: 10 } as const;

/** The hours of a month in AWS's prices. */
export const HOURS_A_MONTH = 730;
export const GB = 1e9;
