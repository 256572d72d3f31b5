# The image contains one static binary, which make image builds first.
FROM scratch
COPY bin/mockgates /mockgates
USER 65532:65532
EXPOSE 8080
ENV MOCKGATES_ADDR=0.0.0.0:8080
HEALTHCHECK --interval=5s --timeout=6s --start-period=2s --retries=3 CMD ["/mockgates", "healthcheck"]
ENTRYPOINT ["/mockgates"]
CMD ["serve"]
