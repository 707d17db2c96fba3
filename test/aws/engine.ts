/** Where DynamoDB Local answers, for the suites. */
export const ENGINE_VARIABLE = "GATEHOUSE_TEST_ENGINE";
