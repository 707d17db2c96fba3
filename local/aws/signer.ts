/** Who signed a request. */
export interface Signer {
  readonly accessKeyId: string;
  readonly userArn: string;
}
