package main

// A cli is the command line, as kong reads it from the fields and their tags.
type cli struct {
	Help   helpFlag `short:"h" help:"Show what a command does and takes."`
	Config string   `placeholder:"FILE" help:"Read flags from this YAML file: one key a flag, named like it."`

	Serve       serveCmd       `cmd:"" help:"Serve the fake of the ModelGates API."`
	Check       checkCmd       `cmd:"" help:"Play scenarios on a fake or a live endpoint, and judge every exchange."`
	Spec        specCmd        `cmd:"" help:"Print and check the specification."`
	Healthcheck healthcheckCmd `cmd:"" help:"Ask a running fake how it is: exit 0 if well, 3 if not."`
	Version     versionCmd     `cmd:"" help:"Say what was built, of what."`
}

// An apiFlags is what serve and check say alike about the fake.
type apiFlags struct {
	Seed           seedValue `default:"1" placeholder:"N|random" help:"What everything random is derived from."`
	Clock          timeValue `placeholder:"TIME" help:"What time it is in a world as it opens, such as 2026-01-05T12:00:00Z; the machine's time if not said."`
	ClockFrozen    bool      `help:"Let no time pass in a world until its clock is moved."`
	DocumentedOnly bool      `help:"Leave the companion operations out: they answer 404."`
}
