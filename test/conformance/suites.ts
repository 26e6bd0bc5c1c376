// The part of docs/conformance.md that is written by hand: suites that others publish. A command without "not run here" was run as it stands.

export const suites = `## How to run public suites against it

Nothing of these suites is in this repository. Each makes people and groups and removes most of them: give it an organization of its own.

A service on this machine, an organization and a key; \`PROFILE\` is \`auto\` unless a suite is about another, \`SUITES\` a new folder for what is installed. The operator key is printed at the first start:

\`\`\`sh
ROLLCALL_DEV=1 ROLLCALL_SCIM_RATE=100000 PORT=4000 npm start
\`\`\`

\`\`\`sh
export OPERATOR_KEY=rc_operator_… PROFILE=auto SUITES=$(mktemp -d)
export BASE=http://localhost:4000/scim/v2 API=http://localhost:4000/api/v1/organizations
as() { curl -s -H "Authorization: Bearer $OPERATOR_KEY" -H 'Content-Type: application/json' "$@"; }
as $API -d '{"name":"Suites","slug":"suites","requireSso":false}'
as -X PATCH $API/suites/provisioning -d '{"mode":"scim"}'
export API_KEY=$(as $API/suites/provisioning/keys -d "{\\"name\\":\\"suite\\",\\"profile\\":\\"$PROFILE\\"}" | grep -o '"token":"[^"]*"' | cut -d'"' -f4)
\`\`\`

### scim2-tester (PyPI)

By its command line, scim2-cli. Run with scim2-tester 0.5.2 and scim2-cli 0.6.0:

\`\`\`sh
python3 -m venv $SUITES && $SUITES/bin/pip install scim2-tester==0.5.2 scim2-cli==0.6.0
SCIM_CLI_HEADERS="Authorization: Bearer $API_KEY" $SUITES/bin/scim2 --url $BASE test
\`\`\`

It reports three errors with a key of \`auto\`, which are known and meant: it removes \`active\`, which is refused so that a removal lets nobody in
([scim.md](scim.md#how-requests-are-read)); and it compares \`members\` with what it sent, twice, though \`display\` is read-only and computed. With a key of \`strict\` it also sends
\`schemas\` inside the enterprise extension, twice, which that schema does not have. It knows no \`interopProfileConformant\` and stops there with a key of \`interop\`; with a
configuration that was read without a key it goes on, and reports that attribute, paths that name a whole schema, and the three:

\`\`\`sh
curl -s $BASE/ServiceProviderConfig > $SUITES/config.json
SCIM_CLI_HEADERS="Authorization: Bearer $API_KEY" $SUITES/bin/scim2 --url $BASE -c $SUITES/config.json test
\`\`\`

### scim-sanity (PyPI)

Run with 0.7.4: passes with a key of \`auto\`. With \`strict\` and \`interop\` it adds a member that nobody is and expects 200; those profiles answer 400.

\`\`\`sh
python3 -m venv $SUITES && $SUITES/bin/pip install scim-sanity==0.7.4
$SUITES/bin/scim-sanity probe $BASE --token "$API_KEY" --i-accept-side-effects
\`\`\`

### scimverify (npm)

Not run here: the registry that was at hand does not have the package. As its own documentation says:

\`\`\`sh
npm install --prefix $SUITES scimverify
$SUITES/node_modules/.bin/scimverify --base-url $BASE --auth-header "Bearer $API_KEY"
\`\`\`

### Okta SCIM 2.0 SPEC test (Runscope, BlazeMeter)

Not run here: it runs in a hosted service, which has to reach yours. Give the key the profile \`okta\`, and make one person with a name and an address first, whom its first step reads.

1. Download "Okta SCIM 2.0 SPEC Test" (JSON) from Okta's guide *Test your SCIM API*.
2. In BlazeMeter API Monitoring, *Import Test*, format *API Tests*, choose the file.
3. Under *Initial Variables* of the test's environment: \`SCIMBaseURL\` is \`https://id.example.com/scim/v2\`, \`auth\` is \`Bearer rc_scim_…\`, \`InvalidUserEmail\` an address that nobody has,
   \`UserIdThatDoesNotExist\` an id that nobody has.
4. In its *Initial Script* set \`randomEmail\`, \`randomUsername\`, \`randomUsernameCaps\` (the same in capitals), \`randomGivenName\` and \`randomFamilyName\` to fresh values, and run.

### Microsoft: SCIM Validator, and the collection of its reference code

Not run here: the validator is a hosted service, which has to reach yours. At https://scimvalidator.microsoft.com choose *Discover schema*, enter \`https://id.example.com/scim/v2\` and a key of profile
\`entra\`, select *Enable Group Tests*.

Not run here: the Postman collection \`PostmanCollection.json\` of the repository AzureAD/SCIMReferenceCode, with newman. Its folder "Get Token" asks the reference code for a token; name the
others with \`--folder\` instead:

\`\`\`sh
npm install --prefix $SUITES newman
$SUITES/node_modules/.bin/newman run PostmanCollection.json --folder "Endpoint tests" --folder "User tests" \\
  --env-var Protocol=http --env-var Server=localhost --env-var Port=:4000 --env-var Api=scim/v2 --env-var "token=$API_KEY"
\`\`\`

### Ours, against any server

\`\`\`sh
npx --no-install rollcall scim-check $BASE --key "$API_KEY" --profile auto
\`\`\`
`
