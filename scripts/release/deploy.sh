#!/bin/sh
# Deploys Gatehouse by the AWS command line alone. Run it again, from the folder of a newer release, to update: docs/template.md.
# Exit codes: 0 done; 2 deployed, but the mail's settings are still to fill in; any other, an error.
set -eu

say() { printf '%s\n' "$*" >&2; }
fail() {
  say "$*"
  exit 1
}
call() { aws --region "$region" --output text "$@"; }
output() { call cloudformation describe-stacks --stack-name "$stack" --query "Stacks[0].Outputs[?OutputKey=='$1'].OutputValue"; }

# Asks until the answer has only characters that JSON takes as they are. Usage: ask QUESTION ANSWER-OR-EMPTY PATTERN-OF-CASE
ask() {
  answer=$2
  while :; do
    # shellcheck disable=SC2254 # The pattern is one.
    case $answer in
      *[!A-Za-z0-9._%+@:/?=\&,#~-]*) [ -z "$2" ] || fail "$1: \"$answer\" has characters that this script does not take." ;;
      $3) return ;;
      '') ;;
      *) [ -z "$2" ] || fail "$1: \"$answer\" is none." ;;
    esac
    printf '%s: ' "$1" >&2
    read -r answer || fail "The answer is missing."
  done
}

if [ $# -lt 2 ] || [ $# -gt 3 ]; then
  fail "Usage: $0 BUCKET STACK [REGION]
BUCKET is a bucket of yours in that region, for the functions' code; STACK names the stack, such as Gatehouse."
fi
bucket=$1
stack=$2
folder=$(dirname "$0")
prefix=${GATEHOUSE_PREFIX:-gatehouse/}
template=$folder/gatehouse.template.json

command -v aws >/dev/null 2>&1 || fail "The AWS command line is missing: https://aws.amazon.com/cli"
[ -f "$template" ] || fail "$template is missing: unpack the whole release into one folder."
region=${3:-${AWS_REGION:-${AWS_DEFAULT_REGION:-$(aws configure get region || :)}}}
[ -n "$region" ] || fail "Which region? Name it last: $0 $bucket $stack eu-west-1"
export AWS_PAGER=''

account=$(call sts get-caller-identity --query Account) || fail "There are no working AWS credentials: try aws login, or set AWS_PROFILE."
# Who owns the bucket decides what code runs, so a bucket of another account is refused.
place=$(call s3api get-bucket-location --bucket "$bucket" --expected-bucket-owner "$account") ||
  fail "Account $account has no bucket $bucket that you may use. Make it with: aws s3 mb s3://$bucket --region $region"
case $place in
  None | '') place=us-east-1 ;;
  EU) place=eu-west-1 ;;
esac
[ "$place" = "$region" ] || fail "The bucket $bucket is in $place, and the stack in $region: Lambda takes code from a bucket in its own region."

set -- "Bucket=$bucket" "Prefix=$prefix"
if [ -n "${GATEHOUSE_ALARM_EMAIL:-}" ]; then
  set -- "$@" "AlarmEmail=$GATEHOUSE_ALARM_EMAIL"
elif [ -t 0 ] && ! call cloudformation describe-stacks --stack-name "$stack" --query 'Stacks[0].StackStatus' >/dev/null 2>&1; then
  printf 'Address that gets a mail when an alarm rings, or nothing: ' >&2
  read -r answer || answer=
  [ -z "$answer" ] || set -- "$@" "AlarmEmail=$answer"
fi

say "Uploading the functions to s3://$bucket/$prefix"
call s3 cp "$folder" "s3://$bucket/$prefix" --recursive --exclude '*' --include '*.zip' --only-show-errors
say "Deploying $stack, which takes some minutes"
call cloudformation deploy --stack-name "$stack" --template-file "$template" --s3-bucket "$bucket" --s3-prefix "${prefix}templates" \
  --capabilities CAPABILITY_IAM --no-fail-on-empty-changeset --parameter-overrides "$@" >&2

secret=$(output ApprovalMailSecret)
left=0
settings=$(call secretsmanager get-secret-value --secret-id "$secret" --query SecretString)
case $settings in
  *'"mailFrom"'*) say "The mail's settings stay as they are." ;;
  *)
    if [ -t 0 ] || [ -n "${GATEHOUSE_MAIL_FROM:-}${GATEHOUSE_APPROVERS:-}${GATEHOUSE_LINK:-}" ]; then
      ask 'Sender, which Amazon SES has verified' "${GATEHOUSE_MAIL_FROM:-}" '?*@?*'
      sender=$answer
      ask 'Approvers, separated by commas' "${GATEHOUSE_APPROVERS:-}" '?*@?*'
      approvers=$answer
      ask 'Link to the application whose user flow calls this gate' "${GATEHOUSE_LINK:-}" 'https://?*'
      # On standard input, so that no list of processes shows it.
      printf '{"mailFrom":"%s","approvers":"%s","redirectUrl":"%s"}' "$sender" "$approvers" "$answer" |
        call secretsmanager put-secret-value --secret-id "$secret" --secret-string file:///dev/stdin >/dev/null
    else
      left=2
    fi
    ;;
esac

credentials=$(output CredentialsSecret)
user=$(call secretsmanager get-secret-value --secret-id "$credentials" --query SecretString | sed -n 's/.*"username": *"\([^"]*\)".*/\1/p')
cat <<END

API connector after sign-in:         $(output AfterSignInUrl)
API connector before creating users: $(output BeforeCreateUserUrl)
User name:                           $user
Password, with the user name:        $(output CredentialsCommand)
The access list:                     $(output AccessListConsole)
Let a domain in:
  aws dynamodb put-item --region $region --table-name $(output AccessListTable) \\
    --item '{"entry":{"S":"contoso.com"},"effect":{"S":"allow"}}'
END
if [ "$left" -ne 0 ]; then
  say "
Nobody gets mail yet: run this again at a terminal, or set GATEHOUSE_MAIL_FROM, GATEHOUSE_APPROVERS and GATEHOUSE_LINK."
fi
exit "$left"
