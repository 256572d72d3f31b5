# The image holds one static binary and a folder for temporary files.
#
#   docker build -t mockgates .    compiles in the builder image; the host needs nothing but Docker
#   make image                     compiles on the host, and builds the last stage alone
#
# With --build-arg PROGRAM=mockgates-serve the image has the fake alone.
#
# It uses no feature that needs BuildKit.
ARG BUILDER=golang:1.26

FROM ${BUILDER} AS build
WORKDIR /src
COPY go.mod go.sum ./
RUN go mod download
COPY . .
ARG PROGRAM=mockgates
ARG TARGETARCH
# Without a whole checkout, as in a worktree of Git, the version is "(devel)".
RUN git rev-parse --verify --quiet HEAD >/dev/null 2>&1 || export GOFLAGS=-buildvcs=false; \
	make rootfs PROGRAM=${PROGRAM} ROOTFS=/rootfs PLATFORM=linux/${TARGETARCH:-$(go env GOARCH)}

FROM scratch
COPY --from=build /rootfs /
ARG VERSION=unknown
ARG REVISION=unknown
ARG CREATED=unknown
ARG SPEC_SHA256=unknown
LABEL org.opencontainers.image.title="mockgates" \
	org.opencontainers.image.description="Mock server and validator for the ModelGates API" \
	org.opencontainers.image.licenses="Apache-2.0" \
	org.opencontainers.image.source="https://github.com/mockgates/mockgates" \
	org.opencontainers.image.version="${VERSION}" \
	org.opencontainers.image.revision="${REVISION}" \
	org.opencontainers.image.created="${CREATED}" \
	mockgates.specification.sha256="${SPEC_SHA256}"
USER 65532:65532
EXPOSE 8080
ENV MOCKGATES_ADDR=0.0.0.0:8080
HEALTHCHECK --interval=2s --timeout=6s --start-period=2s --retries=3 CMD ["/mockgates", "healthcheck", "--process", "1"]
ENTRYPOINT ["/mockgates"]
CMD ["serve"]
