/** How to verify a callback with the libraries of Standard Webhooks: each takes the raw body and the headers. */
export const SNIPPETS = [
  {
    language: 'JavaScript',
    install: 'npm install standardwebhooks',
    code: `import { Webhook } from 'standardwebhooks'

// Express: the raw body, not the parsed one.
app.post('/hook', express.raw({ type: '*/*' }), (request, response) => {
  const webhook = new Webhook(process.env.WEBHOOK_SECRET)
  const event = webhook.verify(request.body.toString(), request.headers) // throws when it is not genuine
  response.sendStatus(204)
})`,
  },
  {
    language: 'Python',
    install: 'pip install standardwebhooks',
    code: `from standardwebhooks.webhooks import Webhook

@app.post("/hook")
def hook():
    webhook = Webhook(os.environ["WEBHOOK_SECRET"])
    event = webhook.verify(request.get_data(), dict(request.headers))  # raises when it is not genuine
    return "", 204`,
  },
  {
    language: 'Go',
    install: 'go get github.com/standard-webhooks/standard-webhooks/libraries',
    code: `import standardwebhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"

webhook, err := standardwebhooks.NewWebhook(os.Getenv("WEBHOOK_SECRET"))
body, err := io.ReadAll(request.Body)
err = webhook.Verify(body, request.Header) // not nil when it is not genuine`,
  },
  {
    language: 'Ruby',
    install: 'gem install standardwebhooks',
    code: `require 'standardwebhooks'

webhook = StandardWebhooks::Webhook.new(ENV.fetch('WEBHOOK_SECRET'))
event = webhook.verify(request.raw_post, {
  'webhook-id' => request.headers['webhook-id'],
  'webhook-timestamp' => request.headers['webhook-timestamp'],
  'webhook-signature' => request.headers['webhook-signature']
}) # raises when it is not genuine`,
  },
  {
    language: 'PHP',
    install: 'composer require standard-webhooks/standard-webhooks',
    code: `$webhook = new \\StandardWebhooks\\Webhook(getenv('WEBHOOK_SECRET'));
$event = $webhook->verify(file_get_contents('php://input'), getallheaders()); // throws when it is not genuine`,
  },
  {
    language: 'Java',
    install: "implementation 'com.standardwebhooks:standardwebhooks:<newest>'",
    code: `import com.standardwebhooks.Webhook;

Webhook webhook = new Webhook(System.getenv("WEBHOOK_SECRET"));
webhook.verify(rawBody, headers); // throws when it is not genuine`,
  },
  {
    language: 'C#',
    install: 'dotnet add package StandardWebhooks',
    code: `using StandardWebhooks;

var webhook = new Webhook(Environment.GetEnvironmentVariable("WEBHOOK_SECRET"));
webhook.Verify(rawBody, headers); // throws when it is not genuine`,
  },
  {
    language: 'Rust',
    install: 'cargo add standardwebhooks',
    code: `use standardwebhooks::Webhook;

let webhook = Webhook::new(&std::env::var("WEBHOOK_SECRET")?)?;
webhook.verify(&raw_body, &headers)?; // an error when it is not genuine`,
  },
  {
    language: 'Elixir',
    install: '{:standard_webhooks, "~> 1.0"}',
    code: `# The connection, the raw body and the secret
StandardWebhooks.verify(conn, raw_body, System.fetch_env!("WEBHOOK_SECRET"))`,
  },
]
