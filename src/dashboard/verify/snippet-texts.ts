/**
 * How to verify a callback with the libraries of Standard Webhooks: each takes the raw body and the headers.
 * Not among them is Elixir's: it signs what it makes of the parsed body anew, and refuses what is genuine.
 */
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

# Flask: the raw body, not the parsed one.
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

func hook(response http.ResponseWriter, request *http.Request) {
	webhook, err := standardwebhooks.NewWebhook(os.Getenv("WEBHOOK_SECRET"))
	if err != nil {
		log.Fatal(err)
	}
	body, err := io.ReadAll(request.Body)
	if err != nil || webhook.Verify(body, request.Header) != nil { // not nil when it is not genuine
		response.WriteHeader(http.StatusUnauthorized)
		return
	}
	response.WriteHeader(http.StatusNoContent)
}`,
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
// It looks for names in lower case, and servers hand them over as Webhook-Id.
$headers = array_change_key_case(getallheaders());
$event = $webhook->verify(file_get_contents('php://input'), $headers); // throws when it is not genuine`,
  },
  {
    language: 'Java',
    install: "implementation 'com.standardwebhooks:standardwebhooks:1.2.0'",
    code: `import com.standardwebhooks.Webhook;

// The body as a String; the headers as java.net.http.HttpHeaders, or as a Map<String, List<String>>.
Webhook webhook = new Webhook(System.getenv("WEBHOOK_SECRET"));
webhook.verify(rawBody, headers); // throws when it is not genuine`,
  },
  {
    language: 'C#',
    install: 'dotnet add package StandardWebhooks',
    code: `using StandardWebhooks;

// ASP.NET Core: the raw body, before anything binds it.
var rawBody = await new StreamReader(Request.Body).ReadToEndAsync();
var webhook = new StandardWebhook(Environment.GetEnvironmentVariable("WEBHOOK_SECRET"));
webhook.Verify(rawBody, Request.Headers); // throws when it is not genuine`,
  },
  {
    language: 'Rust',
    install: 'cargo add standardwebhooks',
    code: `use standardwebhooks::Webhook;

// The body as bytes, the headers as an http::HeaderMap.
let webhook = Webhook::new(&std::env::var("WEBHOOK_SECRET")?)?;
webhook.verify(&raw_body, &headers)?; // an error when it is not genuine`,
  },
]
